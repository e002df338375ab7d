// The beginning: what the pointer and the keys do.

const STEPS = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1};

const withAModifier = (event) => event.altKey || event.ctrlKey || event.metaKey;

const onNodeKey = (map, event) => {
  if (withAModifier(event)) return;
  const order = map.orders[map.way];
  if (event.key in STEPS) step(map, STEPS[event.key], true);
  else if (event.key === "Home") select(map, order[0], true);
  else if (event.key === "End") select(map, order[order.length - 1], true);
  else if (event.key === "Enter" || event.key === " ") select(map, event.currentTarget.dataset.name, true);
  else return;
  event.preventDefault();
};

const onBarKey = (map, event) => {
  if (!(event.key in STEPS) || withAModifier(event)) return;
  step(map, STEPS[event.key], false);
  event.preventDefault();
};

const onCellKey = (map, event) => {
  if (!map.data || !(event.key in STEPS) || withAModifier(event)) return;
  const {rows, columns} = gridOf(map.data.values[map.current].shape);
  const by = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns}[event.key];
  const next = map.cell === null ? 0 : map.cell + by;
  if (next >= 0 && next < rows * columns) map.cell = next;
  draw(map);
  say(map, map.slot("cell").textContent);
  event.preventDefault();
};

const point = (map, canvas, event) => {
  if (!map.data) return;
  const found = cellAt(canvas, map.data.values[map.current].shape, event);
  if (found === null || found === map.cell) return;
  map.cell = found;
  draw(map);
};

const listenToNode = (map, node) => {
  node.dataset.label = node.getAttribute("aria-label");
  node.setAttribute("role", "button");
  node.addEventListener("click", (event) => { event.preventDefault(); select(map, node.dataset.name, true); });
  node.addEventListener("keydown", (event) => onNodeKey(map, event));
};

const listenToCells = (map, canvas) => {
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.addEventListener("pointermove", (event) => point(map, canvas, event));
  canvas.addEventListener("pointerdown", (event) => point(map, canvas, event));
  canvas.addEventListener("keydown", (event) => onCellKey(map, event));
  canvas.addEventListener("focus", () => { if (map.data && map.cell === null) { map.cell = 0; draw(map); } });
};

const listenToButtons = (map) => {
  map.all("[data-step]").forEach((button) =>
    button.addEventListener("click", () => step(map, Number(button.dataset.step), false)));
  map.all("[data-way][aria-pressed]").forEach((button) => button.addEventListener("click", () => {
    const order = map.orders[button.dataset.way];
    turn(map, button.dataset.way, order.includes(map.current) ? map.current : order[0], false);
  }));
};

const begin = (root) => {
  const map = stateOf(root);
  map.nodes.forEach((node) => listenToNode(map, node));
  Object.values(map.canvases).forEach((canvas) => listenToCells(map, canvas));
  listenToButtons(map);
  const bar = root.querySelector(".map-bar");
  bar.addEventListener("keydown", (event) => onBarKey(map, event));
  bar.hidden = false;
  root.querySelector(".map-empty").hidden = false;
  root.classList.add("works");
  shade(map);
};

// Without a page there is what the tests ask for.
if (typeof document === "undefined") globalThis.networkMap = {placeOf, cellOf, related, number};
else document.querySelectorAll(".network-map").forEach(begin);
