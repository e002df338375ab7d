// The panel: what there is to say of the selected value, from its row of the table and from the numbers.

const rowOf = (map) => document.getElementById(`map-${map.current}`);
const partOf = (map, name) => rowOf(map).querySelector(`[data-part="${name}"]`);

const tell = (map) => {
  const text = (name) => partOf(map, name).textContent;
  map.slot("title").textContent = called(map, map.current);
  map.slot("place").textContent = place(map);
  map.slot("meaning").textContent = map.way === "backward" ? `the gradient of ${map.current}` : text("meaning");
  map.slot("shape").textContent = text("shape");
  for (const part of ["line", "back", "chapter"]) {
    map.slot(part).replaceChildren(...[...partOf(map, part).childNodes].map((child) => child.cloneNode(true)));
  }
};

const tellSizes = (map) => {
  const {shape} = map.data.values[map.current];
  map.slot("shape").textContent = shape.length === 0 ? "(), a single number"
    : `${partOf(map, "shape").textContent}, here (${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
};

const equation = (map) => {
  const {equation: html, local} = map.data.values[map.current];
  const target = map.slot("equation");
  target.parentElement.hidden = !html;
  if (!html) return;
  const box = document.createElement("div");
  box.className = "math-scroll";
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", `Equation of d${map.current}`);
  box.innerHTML = html;
  const names = Object.entries(local).map(([letter, name]) => `${letter} is ${name}`);
  const note = document.createElement("p");
  note.textContent = `In it, ${names.join(", ")}.`;
  target.replaceChildren(box, ...(names.length ? [note] : []));
};

const scale = (heat, zero) => {
  if (heat.kind === "index") return "characters";
  if (zero) return `zero in mathematics; this is rounding, at most ${written(heat.limit)}`;
  return heat.kind === "positive" ? `pale 0, dark ${written(heat.limit)}`
    : `blue below zero, red above; the largest is ${written(heat.limit)} in size`;
};

const captions = (map) => {
  const {value, gradient, zero} = map.data.values[map.current];
  map.slot("value-caption").textContent = `${map.current}: ${scale(value)}`;
  map.canvases.gradient.parentElement.hidden = !gradient;
  if (gradient) map.slot("gradient-caption").textContent = `d${map.current}: ${scale(gradient, zero)}`;
  for (const part of ["value", "gradient"]) {
    const name = (part === "value" ? "" : "d") + map.current;
    map.canvases[part].setAttribute("aria-label", `Cells of ${name}; the arrow keys go from cell to cell`);
  }
};

const draw = (map) => {
  const {data, current, over, cell, canvases} = map;
  const marked = over ? relatives(map) : cell === null ? null : [cell];
  const room = Math.min(320, map.root.querySelector(".map-panel").clientWidth - 2);
  for (const part of ["value", "gradient"]) {
    if (data.values[current][part]) paint(canvases[part], data, current, part, room, 160, marked, Boolean(over));
  }
  [...inputsOf(map), ...usersOf(map)].forEach((edge) => edge.paint());
  map.slot("cell").textContent = cellText(map);
};
