// Words: numbers, places and groups of cells as text.

// Two digits, as many as a byte can bear; times ten to a power where the number is small.
const written = (x) => {
  if (x === 0) return "0";
  const text = Math.abs(x) < 1e-3 ? x.toExponential(1) : String(Number(x.toPrecision(2)));
  return text.replaceAll("-", "\u2212");
};

const placeText = (shape, cell) => {
  const place = [];
  for (const size of [...shape].reverse()) {
    place.unshift(cell % size);
    cell = Math.floor(cell / size);
  }
  return place.length ? `[${place.join(", ")}]` : "";
};

const listText = (data, name, cells, prefix) => {
  const {shape} = data.values[name];
  if (cells.length === 0) return `no cell of ${prefix}${name}`;
  if (cells.length > 1) return `${cells.length} cells of ${prefix}${name}`;
  return `${prefix}${name}${placeText(shape, cells[0])}`;
};
