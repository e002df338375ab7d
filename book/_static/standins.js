// What stands in for pieces of the scripts of others; book/_ext/book_site/lean/late.py puts it in their place.

// The stores of the browser, which those scripts ask without care: forbidden, they hold nothing; full, they keep no more.
const carefulStorage = (() => {
  const careful = (kind) => {
    const asked = (act) => {
      try {
        return act(window[kind]);
      } catch {
        return null;
      }
    };
    return {
      getItem: (name) => asked((store) => store.getItem(name)),
      setItem: (name, value) => asked((store) => store.setItem(name, value)),
      removeItem: (name) => asked((store) => store.removeItem(name)),
    };
  };
  return {local: careful("localStorage"), session: careful("sessionStorage")};
})();

// A box that scrolls is a stop for the keyboard, and one that scrolls sideways shows it (book.css). The theme asks box
// after box and lays out the whole page before each answer; here the browser says when it has laid out a box, and all
// that it names are asked before one is changed.
const stopIfItScrolls = (() => {
  const ask = ({target: box}) => {
    const wide = box.scrollWidth > box.clientWidth;
    const tall = box.scrollHeight > box.clientHeight && getComputedStyle(box).overflowY !== "hidden";
    return {box, wide, stop: wide || tall ? 0 : -1};
  };
  const mark = ({box, wide, stop}) => {
    if (box.tabIndex !== stop) box.tabIndex = stop;
    box.toggleAttribute("data-wide", wide);
  };
  const sizes = new ResizeObserver((entries) => entries.map(ask).forEach(mark));
  return (box) => {
    sizes.unobserve(box);  // what it holds may have changed, and not its size
    sizes.observe(box);
  };
})();
