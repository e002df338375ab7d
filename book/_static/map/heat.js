// Heat maps: the cells of a value as coloured rectangles on a canvas.

const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

const colour = (data, heat, byte) => {
  if (heat.kind === "index") return [236, 236, 236];
  const stops = data.colours[heat.kind];
  const share = heat.kind === "positive" ? byte / 255 : (byte - 1) / 254;
  const at = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
  const [low, high] = [rgb(stops[Math.floor(at)]), rgb(stops[Math.ceil(at)])];
  return low.map((channel, i) => Math.round(channel + (high[i] - channel) * (at % 1)));
};

// Rows and columns as drawn: a vector is one row, and of three dimensions the last two stand side by side.
const gridOf = (shape) => {
  const columns = shape.length < 2 ? shape[0] ?? 1 : shape.slice(1).reduce((a, b) => a * b, 1);
  return {rows: shape.length < 2 ? 1 : shape[0], columns};
};

const cellSize = ({rows, columns}, heat, width, height) => {
  if (heat.kind === "index" && height > 100) return columns < 4 ? [22, 11] : [10, 14];
  const [least, thin] = height > 100 ? [3, 22] : [1, 10];  // a cell to point at, and one to look at
  const fit = Math.max(least, Math.min(Math.floor(width / columns), Math.floor(height / rows), 16));
  return [columns === 1 ? Math.max(fit, thin) : fit, rows === 1 ? Math.max(fit, thin) : fit];
};

const letter = (ink, text, x, y) => {
  Object.assign(ink, {fillStyle: "#0a0a0a", font: "10px monospace", textAlign: "center", textBaseline: "middle"});
  ink.fillText(text, x, y);
};

const frames = (ink, rectangles) => {
  for (const [strokeStyle, lineWidth] of [["#ffffff", 3], ["#0a0a0a", 1.5]]) {
    Object.assign(ink, {strokeStyle, lineWidth});
    rectangles.forEach((rectangle) => ink.strokeRect(...rectangle));
  }
};

// Draw the cells as large as width and height allow. Those in `lit` are framed or, where they fade, the others are paler.
const paint = (canvas, data, name, part, width, height, lit, fade) => {
  const {shape, [part]: heat} = data.values[name];
  const [grid, bytes, marked] = [gridOf(shape), data.cells[heat.cells], lit && new Set(lit)];
  const [w, h] = cellSize(grid, heat, width, height);
  const rectangle = (i) => [(i % grid.columns) * w, Math.floor(i / grid.columns) * h, w, h];
  Object.assign(canvas, {width: grid.columns * w, height: grid.rows * h});
  const ink = canvas.getContext("2d");
  const fill = (i, style) => { ink.fillStyle = style; ink.fillRect(...rectangle(i)); };
  const thinned = fade && marked && marked.size < bytes.length;
  bytes.forEach((byte, i) => {
    const [x, y] = rectangle(i);
    fill(i, `rgb(${colour(data, heat, byte).join(" ")})`);
    if (heat.kind === "index" && h > 9 && w > 8) letter(ink, data.characters[byte], x + w / 2, y + h / 2);
    if (thinned && !marked.has(i)) fill(i, "rgb(128 128 128 / 0.66)");
  });
  if (marked && !(fade && marked.size > 1)) frames(ink, [...marked].map(rectangle));
};

// The cell of a value's heat map under the pointer; nothing on its border.
const cellAt = (canvas, shape, event) => {
  const {rows, columns} = gridOf(shape);
  const box = canvas.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left - canvas.clientLeft, event.clientY - box.top - canvas.clientTop];
  const [column, line] = [Math.floor((x / canvas.clientWidth) * columns), Math.floor((y / canvas.clientHeight) * rows)];
  if (column < 0 || line < 0 || column >= columns || line >= rows) return null;
  return line * columns + column;
};
