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

  // What a page needs when the reader does something, and not to be drawn.
  const ask = ({dataset}) => document.head.append(Object.assign(document.createElement("script"), {src: dataset.late}));
  const askForMore = () => document.querySelectorAll("[data-late]").forEach(ask);

  // A frame calls before it is drawn, and what waits for a time comes after.
  const whenDrawn = (act) => requestAnimationFrame(() => setTimeout(act));

  // A long page that is opened at its top is drawn before what is further down is laid out. One that opens elsewhere, at
  // the target of a link or where its reader left it, must know all heights above that place.
  const [entry] = performance.getEntriesByType("navigation");
  const topFirst = "long" in document.currentScript.dataset && !location.hash && entry?.type === "navigate";
  root.classList.toggle("top-first", topFirst);
  const layOut = () => root.classList.remove("top-first");
  addEventListener("click", ({target}) => { if (target.closest?.('a[href*="#"]')) layOut(); }, true);
  const goOn = () => {
    layOut();
    whenDrawn(askForMore);
  };
  addEventListener("load", () => whenDrawn(topFirst ? goOn : askForMore));
})();
