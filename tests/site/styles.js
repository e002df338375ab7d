// Which elements look otherwise when one style sheet takes the place of the other; test_styles_browser.py calls it.
// `known` are the kinds of element that were compared before, so that a page adds only those that are new on it;
// `properties` are those that any rule sets.
async ([known, properties]) => {
  const before = new Set(known);
  const links = {ours: document.querySelector('link[href*="site.css"]'), whole: document.querySelector("#whole")};
  const use = async (name) => {
    for (const [one, link] of Object.entries(links)) link.sheet.disabled = one !== name;
    document.body.getBoundingClientRect();  // now the sheet's fonts are asked for
    await document.fonts.ready;
  };

  // Two elements that no selector without a count tells apart are of one kind, and one of them speaks for both.
  const names = new Map();
  const kind = (element) => {
    if (!element) return "";
    if (!names.has(element)) {
      const attributes = [...element.attributes].filter((a) => !/^(href|src|style|d|points|aria-label|alt|title|data-name|id|x|y|x1|x2|y1|y2|width|height|cx|cy|transform|viewBox|value|for)$/.test(a.name));
      const ends = [element.previousElementSibling?.localName ?? "first", element.nextElementSibling ? "" : "last"];
      names.set(element, [kind(element.parentElement), element.localName, element.matches(".headerlink, [id^=pst]") ? element.id : "",
        ...attributes.map((a) => `${a.name}=${a.value}`), ...ends].join(" ").slice(-900));
    }
    return names.get(element);
  };
  const chosen = new Map();
  for (const element of [document.documentElement, ...document.querySelectorAll("body, body *")]) {
    const its = kind(element);
    if (!before.has(its) && !chosen.has(its)) chosen.set(its, element);
  }

  const parts = (element) => [undefined, "::before", "::after",
    ...(/^(LI|SUMMARY)$/.test(element.tagName) ? ["::marker"] : []),
    ...(element.localName === "input" ? ["::placeholder"] : [])];
  const looked = [...chosen.values()].flatMap((element) => parts(element).map((part) => [element, part]));
  const absent = (style, part) => (part === "::before" || part === "::after") && style.content === "none";
  const looks = () => looked.map(([element, part]) => {
    const style = getComputedStyle(element, part);
    return absent(style, part) ? "" : properties.map((name) => style.getPropertyValue(name)).join("\n");
  });
  await use("whole");
  const whole = looks();
  await use("ours");
  const ours = looks();

  const found = [];
  looked.forEach(([element, part], i) => {
    if (ours[i] === whole[i]) return;
    const [mine, theirs] = [ours[i].split("\n"), whole[i].split("\n")];
    const other = properties.flatMap((name, at) => (mine[at] === theirs[at] ? [] : [[name, mine[at], theirs[at]]]));
    found.push(`${element.localName}.${[...element.classList].join(".")}${part ?? ""} ` +
      other.slice(0, 3).map(([name, own, value]) => `${name}: ${own}, not ${value}`).join("; "));
  });
  return [found, [...chosen.keys()]];
}
