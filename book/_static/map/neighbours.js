// What stands before and after the selected value, as small heat maps: values going forward, gradients going backward.

const neighbours = (map) => {
  const [inputs, users] = [inputsOf(map), usersOf(map)];
  fill(map, "inputs", inputs.map((edge) => neighbour(map, edge, edge.start)));
  fill(map, "users", users.map((edge) => neighbour(map, edge, edge.end)));
  const backward = map.way === "backward";
  map.slot("inputs-caption").textContent = backward ? "Sends its share to" : "Made from";
  map.slot("users-caption").textContent = backward ? "Collects from" : "Used by";
};

const fill = (map, target, figures) => {
  map.slot(target).replaceChildren(...figures);
  map.slot(target).parentElement.hidden = figures.length === 0;
};

const neighbour = (map, edge, name) => {
  const [figure, button, canvas] = ["div", "button", "canvas"].map((tag) => document.createElement(tag));
  button.type = "button";
  button.textContent = called(map, name);
  button.addEventListener("click", () => select(map, name, true));
  canvas.setAttribute("aria-hidden", "true");  // by keyboard the button above leads to its cells
  canvas.dataset.neighbour = name;
  figure.append(button, canvas);
  edge.paint = () => {
    const {over} = map;
    const cells = !over ? lit(map, edge) : over.edge === edge ? [over.cell] : null;
    paint(canvas, map.data, name, shown(map), 130, 90, cells, !over);
  };
  const pass = (event) => {
    const cell = cellAt(canvas, map.data.values[name].shape, event);
    if (cell === null || (map.over?.edge === edge && map.over.cell === cell)) return;
    map.over = {edge, name, cell};
    draw(map);
  };
  canvas.addEventListener("pointermove", pass);
  canvas.addEventListener("pointerdown", pass);
  canvas.addEventListener("pointerleave", () => { map.over = null; draw(map); });
  return figure;
};

/* --- What is said of a cell --------------------------------------------------------------------- */

const cellNumber = (data, heat, cell) => {
  const byte = data.cells[heat.cells][cell];
  return heat.kind === "index" ? `\u201c${data.characters[byte]}\u201d` : `about ${written(number(heat, byte))}`;
};

const overText = (map) => {
  const {data, current, over: {edge, name, cell}} = map;
  const {shape, [shown(map)]: heat} = data.values[name];
  const one = `${called(map, name)}${placeText(shape, cell)} is ${cellNumber(data, heat, cell)}`;
  const verbs = map.way === "backward" ? ["collects from", "sends its share to"] : ["feeds", "is fed by"];
  const others = listText(data, current, relatives(map), called(map, ""));
  return `${one} and ${verbs[name === edge.start ? 0 : 1]} ${others}.`;
};

const cellText = (map) => {
  const {data, current, cell} = map;
  if (map.over) return overText(map);
  if (cell === null) return "Point at a cell, or walk to it with the arrow keys: the cells that feed it and those it feeds are lit.";
  const {shape, value, gradient} = data.values[current];
  const told = (edges, end) =>
    edges.map((edge) => listText(data, edge[end], lit(map, edge), called(map, ""))).join(", ");
  const [from, to] = [told(inputsOf(map), "start"), told(usersOf(map), "end")];
  const named = `${called(map, current)}${placeText(shape, cell)} is `;
  const itself = cellNumber(data, value, cell);
  const other = gradient && cellNumber(data, gradient, cell);
  const parts = map.way === "backward"
    ? [`${named}${other}, its value ${itself}`, to && `Collects from ${to}`, from && `Sends its share to ${from}`]
    : [`${named}${itself}${other ? `, its gradient ${other}` : ""}`, from && `Fed by ${from}`, to && `Feeds ${to}`];
  return `${parts.filter(Boolean).join(". ")}.`;
};
