// What must run before a page is drawn: its colours, and how it is drawn sooner.
(() => {
  const root = document.documentElement;

  // Light or dark: what the reader chose, or what the system says.
  let chosen = null;
  try {
    chosen = localStorage.getItem("mode");
  } catch {
    // Storage may be forbidden; then nothing was chosen.
  }
  const mode = ["light", "dark"].includes(chosen) ? chosen : "auto";
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.mode = mode;
  root.dataset.theme = mode === "auto" ? (dark ? "dark" : "light") : mode;

  // When the page has been drawn: a frame calls before it is drawn, and what waits for a time comes after.
  const drawn = (act) => addEventListener("load", () => requestAnimationFrame(() => setTimeout(act)));

  // What a page needs when the reader does something, and not to be drawn.
  const ask = ({dataset}) => document.head.append(Object.assign(document.createElement("script"), {src: dataset.late}));
  const askForMore = () => document.querySelectorAll("[data-late]").forEach(ask);

  // A page that is opened at its top is drawn before what is further down is laid out, a few sections at a time. One that
  // opens elsewhere, at the target of a link or where its reader left it, must know all heights above that place.
  const AT_ONCE = 1000;  // elements: each time costs a frame, and a frame that costs more keeps the reader waiting
  const finish = () => root.classList.remove("top-first");
  const layOut = (sections) => {
    for (let elements = 0; sections.length && elements < AT_ONCE;) {
      const section = sections.shift();
      section.classList.add("laid-out");
      elements += section.getElementsByTagName("*").length;
    }
    if (!sections.length) finish();
    setTimeout(sections.length ? layOut : askForMore, 0, sections);
  };
  const [entry] = performance.getEntriesByType("navigation");
  if (!location.hash && entry?.type === "navigate") {
    root.classList.add("top-first");
    drawn(() => layOut([...document.querySelectorAll(".bd-article > section > section")]));
    addEventListener("click", ({target}) => { if (target.closest?.('a[href*="#"]')) finish(); }, true);
  } else {
    drawn(askForMore);
  }
})();
