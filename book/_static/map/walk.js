// The walk: a value is selected, forward from the first to the loss, and from there backward.

const shade = (map) => {
  const {current, way} = map;
  const order = map.orders[way];
  const done = current ? order.indexOf(current) : -1;
  map.root.dataset.way = way;
  for (const node of map.nodes) shadeNode(node, order, done, way);
  for (const {node, start, end} of map.edges) node.classList.toggle("near", start === current || end === current);
  map.all("[data-way][aria-pressed]").forEach((button) =>
    button.setAttribute("aria-pressed", String(button.dataset.way === way)));
};

const shadeNode = (node, order, done, way) => {
  const at = order.indexOf(node.dataset.name);
  node.classList.toggle("done", at >= 0 && at <= done);
  node.tabIndex = at === Math.max(done, 0) ? 0 : -1;
  if (done >= 0 && at === done) node.setAttribute("aria-current", "step");
  else node.removeAttribute("aria-current");
  const gradient = way === "backward" && !node.classList.contains("index");
  node.setAttribute("aria-label", (gradient ? "d" : "") + node.dataset.label);
};

// Scroll the box of the drawing, never the page.
const reveal = (map) => {
  const box = map.root.querySelector(".map-graph");
  const [outer, inner] = [box.getBoundingClientRect(), map.byName.get(map.current).getBoundingClientRect()];
  const room = 70;
  if (inner.top - room < outer.top) box.scrollTop += inner.top - room - outer.top;
  else if (inner.bottom + room > outer.bottom) box.scrollTop += inner.bottom + room - outer.bottom;
};

const show = (map) => {
  map.root.querySelector(".map-panel").hidden = false;
  map.root.querySelector(".map-empty").hidden = true;
  shade(map);
  tell(map);
  if (!map.data) { map.slot("cell").textContent = "The numbers are on their way."; return; }
  tellSizes(map);
  equation(map);
  captions(map);
  neighbours(map);
  draw(map);
};

const select = (map, name, focus) => {
  Object.assign(map, {current: name, cell: null, over: null});
  if (!map.orders[map.way].includes(name)) map.way = "forward";
  load(map, () => show(map));
  show(map);
  reveal(map);
  say(map, `${map.slot("title").textContent}, ${place(map)}`);
  if (focus) map.byName.get(name).focus({preventScroll: true});
};

const step = (map, by, focus) => {
  const {orders: {forward, backward}, way, current} = map;
  const order = map.orders[way];
  const at = current ? order.indexOf(current) + by : 0;
  if (at >= 0 && at < order.length) select(map, order[at], focus);
  else if (at >= forward.length && way === "forward") turn(map, "backward", backward[0], focus);
  else if (at < 0 && way === "backward") turn(map, "forward", forward[forward.length - 1], focus);
};

const turn = (map, way, name, focus) => {
  map.way = way;
  select(map, name, focus);
};
