// The store of the browser for scripts that ask it without care: forbidden, it holds nothing; full, it keeps no more.
// book/_ext/lean/late.py puts it in the place of localStorage in the scripts of others.
const carefulStorage = (() => {
  const asked = (act) => {
    try {
      return act(localStorage);
    } catch {
      return null;
    }
  };
  return {
    getItem: (name) => asked((store) => store.getItem(name)),
    setItem: (name, value) => asked((store) => store.setItem(name, value)),
    removeItem: (name) => asked((store) => store.removeItem(name)),
  };
})();
