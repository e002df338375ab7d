// Light or dark, before anything is drawn: what the reader chose, or what the system says.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("mode");
  } catch {
    // Storage may be forbidden; then nothing was chosen.
  }
  const mode = ["light", "dark"].includes(chosen) ? chosen : "auto";
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.mode = mode;
  document.documentElement.dataset.theme = mode === "auto" ? (dark ? "dark" : "light") : mode;
})();

// What a page needs when the reader does something, and not to be drawn, is asked for when the page has been drawn.
(() => {
  const {late} = document.currentScript.dataset;
  if (!late) return;
  const ask = () => {
    const script = document.createElement("script");
    script.src = late;
    document.head.append(script);
  };
  // A frame calls before it is drawn, and what waits for a time comes after.
  addEventListener("load", () => requestAnimationFrame(() => setTimeout(ask)));
})();
