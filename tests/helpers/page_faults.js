// What can be wrong with a page, found from within; page_faults.py calls these functions.
const shortly = (element) => {
  const name = element.id ? `#${element.id}` : [...element.classList].slice(0, 3).map((c) => `.${c}`).join("");
  return `${element.localName}${name} "${(element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 40)}"`;
};

const seen = (element) => {
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
};

const shifted = () => new Promise((done) => {
  const entries = [];
  const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()));
  observer.observe({ type: "layout-shift", buffered: true });
  setTimeout(() => {
    entries.push(...observer.takeRecords());
    const who = entries.flatMap((entry) => entry.sources.map((source) => source.node))
      .map((node) => (node?.nodeType === 3 ? node.parentElement : node)).filter((node) => node?.localName);
    done([entries.reduce((sum, entry) => sum + entry.value, 0), [...new Set(who.map(shortly))].slice(0, 4).join("; ")]);
  }, 100);
});

// What scrolls in a box of its own may be wider than the page.
const scrolls = (element) => {
  for (let box = element; box && box !== document.body; box = box.parentElement) {
    const { overflowX, position, clipPath } = getComputedStyle(box);
    if (["auto", "scroll"].includes(overflowX) || position === "fixed" || clipPath !== "none") return true;
  }
  return false;
};

const tooWide = () => {
  const width = document.documentElement.clientWidth;
  const wide = document.documentElement.scrollWidth;
  const found = wide > width ? [`the page is ${wide} wide in a window of ${width}`] : [];
  for (const element of document.body.querySelectorAll("*")) {
    const holdsText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!holdsText || element.closest(".katex-mathml, noscript, script, style") || !seen(element)) continue;
    const box = element.getBoundingClientRect();
    if ((box.right > width + 1 || box.left < -1) && !scrolls(element)) {
      found.push(`${shortly(element)} reaches from ${Math.round(box.left)} to ${Math.round(box.right)} of ${width}`);
    }
  }
  return found;
};

const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
// Any colour of CSS as red, green, blue and opacity; what has no paint of its own is transparent.
const rgba = (colour) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = "rgba(0, 0, 0, 0)";
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
};
const over = ([r, g, b, a], below) => [r, g, b].map((value, i) => value * a + below[i] * (1 - a));
const luminance = (colour) => colour.slice(0, 3).map((value) => value / 255)
  .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
  .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
const contrast = (one, other) => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

const opacity = (element) => {
  let found = 1;
  for (let each = element; each && each.localName !== "body"; each = each.parentElement) {
    found *= Number(getComputedStyle(each).opacity);
  }
  return found;
};

// The pixels of a raster, which heat maps are, by the element that shows it.
const rasters = new Map();
const load = async (image) => {
  const picture = new Image();
  picture.src = image.href.baseVal;
  await picture.decode();
  const board = new OffscreenCanvas(picture.naturalWidth, picture.naturalHeight).getContext("2d");
  board.drawImage(picture, 0, 0);
  rasters.set(image, board.getImageData(0, 0, picture.naturalWidth, picture.naturalHeight));
};
const pixel = (image, x, y) => {
  const { data, width, height } = rasters.get(image);
  const box = image.getBoundingClientRect();
  const across = (x - box.left) / box.width;
  const down = (y - box.top) / box.height;
  const column = Math.min(width - 1, Math.floor((image.getScreenCTM().a < 0 ? 1 - across : across) * width));
  const row = Math.min(height - 1, Math.floor((image.getScreenCTM().d < 0 ? 1 - down : down) * height));
  const [r, g, b, a] = data.slice(4 * (row * width + column));
  return [r, g, b, a / 255];
};

const paint = (element, x, y) => {
  if (rasters.has(element)) return pixel(element, x, y);
  const style = getComputedStyle(element);
  if (!(element instanceof SVGElement)) return rgba(style.backgroundColor);
  if (!(element instanceof SVGGeometryElement)) return [0, 0, 0, 0];
  const [r, g, b, a] = rgba(style.fill);
  return [r, g, b, a * Number(style.fillOpacity)];
};

// What lies under a point, all below `element` painted one over the other.
const ground = (element, x, y) => {
  const all = document.elementsFromPoint(x, y);
  const below = all.slice(all.indexOf(element) + 1);
  return below.reverse().reduce((painted, each) => {
    const [r, g, b, a] = paint(each, x, y);
    return over([r, g, b, a * opacity(each)], painted);
  }, [255, 255, 255]);
};

// The text of figures; lines and areas carry their meaning by more than colour, and are as dark as the text.
// Where on the screen a text has its ink: in its middle, or in that of each letter where each has a place of its own.
const spots = (text) => {
  const middle = (box) => new DOMPoint(box.x + box.width / 2, box.y + box.height / 2);
  if (text.x.baseVal.numberOfItems < 2) return [middle(text.getBoundingClientRect())];
  const letters = [...Array(text.getNumberOfChars()).keys()];
  return letters.map((i) => middle(text.getExtentOfChar(i)).matrixTransform(text.getScreenCTM()));
};

const faintInk = async () => {
  const found = [];
  for (const figure of document.querySelectorAll(".bd-article svg")) {
    if (!seen(figure) || figure.closest(".katex")) continue;
    await Promise.all([...figure.querySelectorAll("image")].map(load));
    for (const text of figure.querySelectorAll("text")) {
      if (!text.textContent.trim() || !seen(text)) continue;
      const inside = (box) => box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth;
      if (!inside(text.getBoundingClientRect())) {
        text.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
      }
      const style = getComputedStyle(text);
      const [r, g, b, a] = rgba(style.fill);
      for (const { x, y } of spots(text)) {
        const below = ground(text, x, y);
        const is = contrast(over([r, g, b, a * Number(style.fillOpacity) * opacity(text)], below), below);
        if (is < 4.5) found.push(`${shortly(text)}: contrast ${is.toFixed(1)}, ${style.fill} on ${below.map(Math.round)}`);
      }
    }
  }
  scrollTo({ top: 0, behavior: "instant" });
  return found;
};

const addresses = () => [...document.querySelectorAll("a[href]")].map((link) => link.href.baseVal
  ? new URL(link.href.baseVal, document.baseURI).href : link.href);

const moving = () => {
  const lasting = (times) => times.split(",").some((time) => parseFloat(time) > 0);
  const found = [];
  for (const element of document.querySelectorAll("*")) {
    for (const part of [null, "::before", "::after"]) {
      const style = getComputedStyle(element, part);
      if (lasting(style.transitionDuration)) found.push(`${shortly(element)}${part ?? ""}: transition`);
      if (style.animationName !== "none" && lasting(style.animationDuration)) found.push(`${shortly(element)}: animation`);
      if (!part && style.scrollBehavior === "smooth") found.push(`${shortly(element)}: smooth scrolling`);
    }
  }
  return found;
};

// What the keyboard should reach: shown, not disabled, and not taken out of the order by tabindex="-1".
const stops = () => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
  .filter((element) => element.tabIndex >= 0 && !element.disabled && seen(element) && !element.closest("[inert]"));

// Every element is numbered when the first is asked for. What a script adds later moves none of these numbers: it comes
// right behind the last numbered element before it.
const order = (element) => {
  const all = [...document.querySelectorAll("*")];
  if (!document.numbered) all.forEach((each, index) => { each.place = index; });
  document.numbered = true;
  if (element.place === undefined) {
    const index = all.indexOf(element);
    const before = all.findLastIndex((each, at) => at < index && each.place !== undefined);
    element.place = all[before].place + (index - before) / 1e6;
  }
  return element.place;
};

// The element that has the focus: its place in the page, and whether it can be seen that it has it.
const focused = () => {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const ring = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1
    && contrast(over(rgba(style.outlineColor), [0, 0, 0]), page()) >= 3;
  // The frame of a search field is that of its form, the frame of the lines in an editor that of the editor.
  const framed = [element, element.form, element.closest(".desk-editor"), ...element.querySelectorAll(":scope > rect")].filter(Boolean).some((each) => {
    const style = getComputedStyle(each);
    return ring(style) || style.boxShadow !== "none" || (each.localName === "rect" && parseFloat(style.strokeWidth) >= 3);
  });
  const box = element.getBoundingClientRect();
  const shown = seen(element) && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return { place: order(element), name: shortly(element), framed, shown };
};

const page = () => over(rgba(getComputedStyle(document.body).backgroundColor), [255, 255, 255]);

const places = () => stops().map((element) => [order(element), shortly(element)]);
const backwards = () => [...document.querySelectorAll("[tabindex]")].filter((element) => element.tabIndex > 0).map(shortly);

const missingWithoutScript = () => {
  const unseen = (selector, within) => [...document.querySelectorAll(selector)]
    .filter((element) => !element.closest("details:not([open])") && !seen(element.querySelector(within) ?? element))
    .map((element) => `${shortly(element)} is not to be seen`);
  const idle = [...document.querySelectorAll("button, input, [data-step], [data-way]")].filter(seen)
    .filter((element) => !element.form && element.matches("button:not(.sidebar-toggle)"))
    .map((element) => `${shortly(element)} does nothing`);
  return [...unseen(".bd-article .math", ".katex-html"), ...unseen(".exercise"), ...unseen(".exercise summary"),
    ...unseen(".network-map svg"), ...unseen(".map-table"), ...unseen(".inline-figure svg"), ...unseen("table"), ...idle];
};
