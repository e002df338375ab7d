// One map: its parts on the page, and where its reader is.

const stateOf = (root) => {
  const all = (selector) => [...root.querySelectorAll(selector)];
  const nodes = all(".map-node");
  const forward = nodes.map((node) => node.dataset.name);
  const backward = nodes.filter((node) => !node.classList.contains("index")).map((node) => node.dataset.name).reverse();
  return {
    root, all, nodes,
    slot: (name) => root.querySelector(`[data-slot="${name}"]`),
    byName: new Map(nodes.map((node) => [node.dataset.name, node])),
    edges: all(".map-edge").map((node) => ({node, start: node.dataset.start, end: node.dataset.end})),
    canvases: Object.fromEntries(all("canvas[data-heat]").map((canvas) => [canvas.dataset.heat, canvas])),
    orders: {forward, backward},
    way: "forward",
    current: null,  // the name of the selected value
    cell: null,  // the number of its cell that was pointed at
    over: null,  // the cell of a neighbour under the pointer: {edge, name, cell}
    data: null,  // the numbers, when they have come
    asked: false,  // whether they were asked for
  };
};

// Going backward an edge counts if a gradient comes back along it.
const counts = (map, edge) => map.way === "forward" || edge.node.classList.contains("both");
const inputsOf = (map) => map.edges.filter((edge) => edge.end === map.current && counts(map, edge));
const usersOf = (map) => map.edges.filter((edge) => edge.start === map.current && counts(map, edge));

// Which of the two that a value has is shown beside it, and by which name.
const shown = (map) => (map.way === "backward" ? "gradient" : "value");
const called = (map, name) => (map.way === "backward" ? "d" : "") + name;

// The cells of a neighbour that belong to the cell that was pointed at, and the other way round.
const lit = (map, edge) => (map.cell === null ? null : related(map.data, edge.start, edge.end, map.current, map.cell));
const relatives = ({data, over}) => related(data, over.edge.start, over.edge.end, over.name, over.cell);

const place = ({orders, way, current}) => {
  const [at, count] = [orders[way].indexOf(current), orders[way].length];
  return way === "forward" ? `forward, ${at + 1} of ${count}` : `backward, ${at} of ${count - 1}`;
};

const say = (map, text) => { map.root.querySelector(".map-said").textContent = text; };

const load = (map, then) => {
  if (map.asked) return;
  map.asked = true;
  window.networkNumbers = (found) => {
    map.data = decode(found);
    map.root.classList.add("loaded");
    then();
  };
  const script = document.createElement("script");
  script.src = map.root.dataset.numbers;
  script.onerror = () => { map.slot("cell").textContent = "The numbers could not be loaded."; };
  document.head.append(script);
};
