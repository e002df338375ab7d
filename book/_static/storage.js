// The stores of the browser for scripts that ask them without care: forbidden, they hold nothing; full, they keep no more.
// book/_ext/lean/late.py puts them in the place of localStorage and sessionStorage in the scripts of others.
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
