// What the theme does by scripts and attributes in the page, which the page's policy forbids.
document.addEventListener("click", (event) => {
  if (event.target.closest(".print-page")) print();
});
document.querySelector(".bd-search-container input")?.select();

// A long formula is a stop for the keyboard, as nobody knows how wide the page will be; now one can see whether it scrolls.
document.querySelectorAll("div.math > .math-scroll").forEach(stopIfItScrolls);

// The contents that open over a narrow page: when they close, the keyboard is where it was.
["primary", "secondary"].forEach((side) => {
  document.getElementById(`pst-${side}-sidebar-modal`)?.addEventListener("close", () => {
    [...document.querySelectorAll(`.${side}-toggle`)].find((button) => button.checkVisibility())?.focus();
  });
});

// A reference to an equation, of this page or another, or to a figure of this page shows what it leads to while the
// pointer or the keyboard is on it. Another page is asked for then and not before, and once.
(() => {
  const REFERENCES = '.bd-article :is(a[href*="#equation-"], a[href^="#"]:has(> .std-numref))' +
    ":not(.headerlink, .network-map a)";
  const box = document.createElement("div");
  box.id = "equation-preview";
  box.setAttribute("role", "tooltip");
  box.hidden = true;
  document.body.append(box);
  const pages = new Map();
  let wanted = null;
  let leaving = 0;

  const hide = () => {
    clearTimeout(leaving);
    wanted?.removeAttribute("aria-describedby");
    wanted = null;
    box.hidden = true;
    box.replaceChildren();
  };

  // The pointer may cross the gap to the box, whose equation may have to be scrolled.
  const hideSoon = () => {
    clearTimeout(leaving);
    leaving = setTimeout(hide, 200);
  };

  const read = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${address} answers ${answer.status}`);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };

  const pageOf = (reference) => {
    const address = reference.href.split("#")[0];
    if (address === location.href.split("#")[0]) return document;
    // Opened from a folder, a page cannot read another: there is no preview then, and the link leads as ever.
    if (!location.protocol.startsWith("http")) return null;
    if (!pages.has(address)) pages.set(address, read(address).catch(() => null));
    return pages.get(address);
  };

  const copyOf = (target) => {
    const copy = document.importNode(target, true);
    copy.querySelectorAll(".headerlink").forEach((link) => link.remove());
    // An id may stand on a page once, and what is only looked at is no stop for the keyboard.
    [copy, ...copy.querySelectorAll("[id], [tabindex]")].forEach((element) => {
      element.removeAttribute("id");
      element.removeAttribute("tabindex");
    });
    copy.querySelectorAll("a").forEach((link) => link.removeAttribute("href"));
    return copy;
  };

  const place = (reference) => {
    const at = reference.getBoundingClientRect();
    const room = document.documentElement.clientWidth - box.offsetWidth - 8;
    const above = at.top - box.offsetHeight - 6;
    box.style.left = `${scrollX + Math.max(8, Math.min(at.left, room))}px`;
    box.style.top = `${scrollY + (above > 0 ? above : at.bottom + 6)}px`;
  };

  const show = async (reference) => {
    clearTimeout(leaving);
    if (wanted === reference) return;
    hide();
    wanted = reference;
    const page = await pageOf(reference);
    const target = page?.getElementById(decodeURIComponent(reference.hash.slice(1)));
    if (!target?.matches("div.math, figure") || wanted !== reference) return;
    box.replaceChildren(copyOf(target));
    box.hidden = false;
    reference.setAttribute("aria-describedby", box.id);
    place(reference);
  };

  const referenceOf = (event) => (event.target instanceof Element ? event.target.closest(REFERENCES) : null);
  const on = (name, act) => document.addEventListener(name, (event) => {
    const reference = referenceOf(event);
    if (reference && event.pointerType !== "touch") act(reference);  // a finger follows the link
  });
  on("pointerover", show);
  on("pointerout", hideSoon);
  on("focusin", show);
  on("focusout", hide);
  on("click", hide);
  box.addEventListener("pointerenter", () => clearTimeout(leaving));
  box.addEventListener("pointerleave", hideSoon);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && wanted) hide();
  });
})();

// Which exercises are solved, beside the chapters' names: as book/_static/page/kept.js wrote it down.
(() => {
  const mark = () => {
    let solved = {};
    try {
      solved = JSON.parse(localStorage.getItem("handgrad:solved")) ?? {};
    } catch {
      return;  // storage may be forbidden or damaged; then there is nothing to show
    }
    document.querySelectorAll(".bd-links a[href], .bd-article td:first-child a.reference.internal").forEach((link) => {
      const found = solved[new URL(link.href).pathname.split("/").pop().replace(/\.html$/, "")];
      if (!Array.isArray(found?.solved) || new URL(link.href).hash) return;
      const text = `\u2713 ${found.solved.length} of ${found.of}`;
      const before = link.querySelector(".progress-mark");
      const shown = before ?? link.appendChild(document.createElement("span"));
      shown.className = "progress-mark";
      shown.title = `${found.solved.length} of ${found.of} exercises solved`;
      shown.textContent = text;
    });
  };
  mark();
  document.addEventListener("progress", mark);
  addEventListener("storage", mark);
})();
