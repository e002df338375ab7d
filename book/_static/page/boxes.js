// What every page with an exercise loads at first. A browser starts no Python in a page from the file system, and
// says so nowhere that a reader looks; from a server the boxes become editors.
(() => {
  const here = document.currentScript;
  if (location.protocol !== "file:") {
    import(new URL("exercises.js", here.src)).then(({begin}) => begin(here.dataset.chapter));
    return;
  }
  document.querySelectorAll(".exercise[data-exercise]").forEach((box) => {
    const say = document.createElement("p");
    say.className = "from-file";
    say.innerHTML = "To do this exercise here, serve the folder of the site with <code>python3 -m http.server</code>, "
      + "and open <code>http://localhost:8000</code> in the browser.";
    box.append(say);
  });
})();
