/* The map of the network: select a value, step forward and backward, point at a cell.
 *
 * The page holds the drawing and a table whose rows say what there is to say of each value; the numbers stand in
 * a file that is loaded when the map is first used. `related` decides which cells belong together, and is tested
 * against autograd. */
(() => {
  "use strict";

  /* --- Cells ---------------------------------------------------------------------------------- */

  // The letters of a cell: {B: 3, H: 17}. Cells are numbered by rows, the last letter fastest.
  const placeOf = (data, name, cell) => {
    const place = {};
    for (const letter of [...data.values[name].letters].reverse()) {
      place[letter] = cell % data.sizes[letter];
      cell = Math.floor(cell / data.sizes[letter]);
    }
    return place;
  };

  const cellOf = (data, name, place) =>
    data.values[name].letters.reduce((cell, letter) => cell * data.sizes[letter] + place[letter], 0);

  // The cells of `other` that belong to a cell of `name`, along the edge start -> end that joins the two: those
  // that agree in every letter that both have and, where a letter is looked up, in what the index says.
  const related = (data, start, end, name, cell) => {
    const other = name === start ? end : start;
    const rule = data.lookups.find(([from, to]) => from === start && to === end);
    const own = placeOf(data, name, cell);
    const count = data.values[other].letters.reduce((product, letter) => product * data.sizes[letter], 1);
    const found = [];
    for (let i = 0; i < count; i++) {
      const its = placeOf(data, other, i);
      if (!Object.keys(its).every((letter) => !(letter in own) || own[letter] === its[letter])) continue;
      if (rule) {
        const [, , letter, index] = rule;
        const from = name === start ? own : its;
        const at = cellOf(data, index, {...own, ...its});
        if (data.cells[data.values[index].value.cells][at] !== from[letter]) continue;
      }
      found.push(i);
    }
    return found;
  };

  const decode = (data) => {
    data.cells = data.cells.map((text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
    return data;
  };

  const number = (heat, byte) => {
    if (heat.kind === "index") return byte;
    return heat.kind === "positive" ? (byte / 255) * heat.limit : ((byte - 128) / 127) * heat.limit;
  };

  if (typeof document === "undefined") {
    globalThis.networkMap = {placeOf, cellOf, related, number};
    return;
  }

  /* --- Heat maps -------------------------------------------------------------------------------- */

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

  const paint = (canvas, data, name, part, width, height, lit, fade) => {
    const {shape} = data.values[name];
    const heat = data.values[name][part];
    const grid = gridOf(shape);
    const [w, h] = cellSize(grid, heat, width, height);
    canvas.width = grid.columns * w;
    canvas.height = grid.rows * h;
    const ink = canvas.getContext("2d");
    const bytes = data.cells[heat.cells];
    const marked = lit && new Set(lit);
    const thinned = fade && marked && marked.size < bytes.length;
    for (let i = 0; i < bytes.length; i++) {
      const [x, y] = [(i % grid.columns) * w, Math.floor(i / grid.columns) * h];
      const [r, g, b] = colour(data, heat, bytes[i]);
      ink.fillStyle = `rgb(${r} ${g} ${b})`;
      ink.fillRect(x, y, w, h);
      if (heat.kind === "index" && h > 9 && w > 8) {
        ink.fillStyle = "#0a0a0a";
        ink.font = "10px monospace";
        ink.textAlign = "center";
        ink.textBaseline = "middle";
        ink.fillText(data.characters[bytes[i]], x + w / 2, y + h / 2);
      }
      if (thinned && !marked.has(i)) {  // what does not belong to the cell fades
        ink.fillStyle = "rgb(128 128 128 / 0.66)";
        ink.fillRect(x, y, w, h);
      }
    }
    if (!marked || (fade && marked.size > 1)) return;
    for (const [style, line] of [["#ffffff", 3], ["#0a0a0a", 1.5]]) {
      ink.strokeStyle = style;
      ink.lineWidth = line;
      for (const i of marked) ink.strokeRect((i % grid.columns) * w, Math.floor(i / grid.columns) * h, w, h);
    }
  };

  /* --- Words ------------------------------------------------------------------------------------- */

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

  /* --- One map ------------------------------------------------------------------------------------ */

  const begin = (root) => {
    const all = (selector) => [...root.querySelectorAll(selector)];
    const slot = (name) => root.querySelector(`[data-slot="${name}"]`);
    const nodes = all(".map-node");
    const byName = new Map(nodes.map((node) => [node.dataset.name, node]));
    const edges = all(".map-edge").map((node) => ({node, start: node.dataset.start, end: node.dataset.end}));
    const forward = nodes.map((node) => node.dataset.name);
    const backward = forward.filter((name) => !byName.get(name).classList.contains("index")).reverse();
    const orders = {forward, backward};
    const canvases = {};
    all("canvas[data-heat]").forEach((canvas) => { canvases[canvas.dataset.heat] = canvas; });
    let [way, current, cell, data, loading] = ["forward", null, 0, null, false];
    let over = null;  // the cell of a neighbour under the pointer: {edge, name, cell}

    // Going backward an edge counts if a gradient comes back along it.
    const counts = (edge) => way === "forward" || edge.node.classList.contains("both");
    const inputsOf = (name) => edges.filter((edge) => edge.end === name && counts(edge));
    const usersOf = (name) => edges.filter((edge) => edge.start === name && counts(edge));
    const called = (name) => (way === "backward" ? "d" : "") + name;
    const partOf = (name, row) => row.querySelector(`[data-part="${name}"]`);

    const load = () => {
      if (loading) return;
      loading = true;
      window.networkNumbers = (found) => {
        data = decode(found);
        root.classList.add("loaded");
        if (current) show();
      };
      const script = document.createElement("script");
      script.src = root.dataset.numbers;
      script.onerror = () => { slot("cell").textContent = "The numbers could not be loaded."; };
      document.head.append(script);
    };

    const shade = () => {
      const order = orders[way];
      const done = current ? order.indexOf(current) : -1;
      root.dataset.way = way;
      for (const node of nodes) {
        const at = order.indexOf(node.dataset.name);
        node.classList.toggle("done", at >= 0 && at <= done);
        node.tabIndex = node.dataset.name === (current ?? order[0]) ? 0 : -1;
        if (node.dataset.name === current) node.setAttribute("aria-current", "step");
        else node.removeAttribute("aria-current");
        const gradient = way === "backward" && !node.classList.contains("index");
        node.setAttribute("aria-label", node.dataset.label.replace(/^/, gradient ? "d" : ""));
      }
      for (const edge of edges) {
        edge.node.classList.toggle("near", edge.start === current || edge.end === current);
      }
      all("[data-way][aria-pressed]").forEach((button) =>
        button.setAttribute("aria-pressed", String(button.dataset.way === way)));
    };

    // Scroll the box of the drawing, never the page.
    const reveal = () => {
      const box = root.querySelector(".map-graph");
      const [outer, inner] = [box.getBoundingClientRect(), byName.get(current).getBoundingClientRect()];
      const room = 70;
      if (inner.top - room < outer.top) box.scrollTop += inner.top - room - outer.top;
      else if (inner.bottom + room > outer.bottom) box.scrollTop += inner.bottom + room - outer.bottom;
    };

    const place = () => {
      const at = orders[way].indexOf(current);
      return way === "forward" ? `forward, ${at + 1} of ${forward.length}` : `backward, ${at} of ${backward.length - 1}`;
    };

    const words = () => {
      const row = document.getElementById(`map-${current}`);
      slot("title").textContent = (way === "backward" ? "d" : "") + current;
      slot("place").textContent = place();
      slot("meaning").textContent = way === "backward" ? `the gradient of ${current}` : partOf("meaning", row).textContent;
      slot("shape").textContent = partOf("shape", row).textContent;
      for (const part of ["line", "back", "chapter"]) {
        slot(part).replaceChildren(...[...partOf(part, row).childNodes].map((child) => child.cloneNode(true)));
      }
    };

    const equation = () => {
      const {equation: html, local, shape} = data.values[current];
      const target = slot("equation");
      target.parentElement.hidden = !html;
      const letters = partOf("shape", document.getElementById(`map-${current}`)).textContent;
      slot("shape").textContent = shape.length ? `${letters}, here (${shape.join(", ")}${shape.length === 1 ? "," : ""})`
        : "(), a single number";
      if (!html) return;
      const box = document.createElement("div");
      box.className = "math-scroll";
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", `Equation of d${current}`);
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

    const captions = () => {
      const {value, gradient, zero} = data.values[current];
      slot("value-caption").textContent = `${current}: ${scale(value)}`;
      canvases.gradient.parentElement.hidden = !gradient;
      if (gradient) slot("gradient-caption").textContent = `d${current}: ${scale(gradient, zero)}`;
      for (const part of ["value", "gradient"]) {
        const name = (part === "value" ? "" : "d") + current;
        canvases[part].setAttribute("aria-label", `Cells of ${name}; the arrow keys go from cell to cell`);
      }
    };

    // The small heat maps of what stands before and after: values going forward, gradients going backward.
    const neighbours = () => {
      const part = way === "backward" ? "gradient" : "value";
      const fill = (target, found, end) => {
        slot(target).replaceChildren(...found.map((edge) => {
          const name = edge[end];
          const figure = document.createElement("div");
          const button = document.createElement("button");
          const canvas = document.createElement("canvas");
          button.type = "button";
          button.textContent = called(name);
          button.addEventListener("click", () => select(name, true));
          canvas.setAttribute("aria-hidden", "true");  // by keyboard the button above leads to its cells
          canvas.dataset.neighbour = name;
          figure.append(button, canvas);
          edge.canvas = () => {
            const cells = !over ? lit(edge) : over.edge === edge ? [over.cell] : null;
            paint(canvas, data, name, part, 130, 90, cells, !over);
          };
          canvas.addEventListener("pointermove", (event) => pass(canvas, edge, name, event));
          canvas.addEventListener("pointerdown", (event) => pass(canvas, edge, name, event));
          canvas.addEventListener("pointerleave", () => { over = null; draw(); });
          return figure;
        }));
        slot(target).parentElement.hidden = found.length === 0;
      };
      fill("inputs", inputsOf(current), "start");
      fill("users", usersOf(current), "end");
      slot("inputs-caption").textContent = way === "backward" ? "Sends its share to" : "Made from";
      slot("users-caption").textContent = way === "backward" ? "Collects from" : "Used by";
    };

    const lit = (edge) => (cell === null ? null : related(data, edge.start, edge.end, current, cell));

    const cellNumber = (heat, at = cell) => {
      const byte = data.cells[heat.cells][at];
      return heat.kind === "index" ? `\u201c${data.characters[byte]}\u201d` : `about ${written(number(heat, byte))}`;
    };

    // The cells of this value that have to do with the cell of the neighbour, and what.
    const relatives = () => related(data, over.edge.start, over.edge.end, over.name, over.cell);

    const overText = () => {
      const {edge, name, cell: pointed} = over;
      const heat = data.values[name][way === "backward" ? "gradient" : "value"];
      const one = `${called(name)}${placeText(data.values[name].shape, pointed)} is ${cellNumber(heat, pointed)}`;
      const others = listText(data, current, relatives(), called(""));
      const before = name === edge.start;
      const verbs = way === "backward" ? ["collects from", "sends its share to"] : ["feeds", "is fed by"];
      const verb = verbs[before ? 0 : 1];
      return `${one} and ${verb} ${others}.`;
    };

    const cellText = () => {
      if (over) return overText();
      if (cell === null) return "Point at a cell, or walk to it with the arrow keys: the cells that feed it and those it feeds are lit.";
      const {shape, value, gradient} = data.values[current];
      const told = (found, end) => found.map((edge) => listText(data, edge[end], lit(edge), called(""))).join(", ");
      const [from, to] = [told(inputsOf(current), "start"), told(usersOf(current), "end")];
      const parts = [`${called(current)}${placeText(shape, cell)} is `];
      if (way === "backward") {
        parts[0] += `${cellNumber(gradient)}, its value ${cellNumber(value)}`;
        if (to) parts.push(`Collects from ${to}`);
        if (from) parts.push(`Sends its share to ${from}`);
      } else {
        parts[0] += cellNumber(value) + (gradient ? `, its gradient ${cellNumber(gradient)}` : "");
        if (from) parts.push(`Fed by ${from}`);
        if (to) parts.push(`Feeds ${to}`);
      }
      return `${parts.join(". ")}.`;
    };

    const draw = () => {
      const marked = over ? relatives() : cell === null ? null : [cell];
      const room = Math.min(320, root.querySelector(".map-panel").clientWidth - 2);
      for (const part of ["value", "gradient"]) {
        if (data.values[current][part]) {
          paint(canvases[part], data, current, part, room, 160, marked, Boolean(over));
        }
      }
      [...inputsOf(current), ...usersOf(current)].forEach((edge) => edge.canvas());
      slot("cell").textContent = cellText();
    };

    const show = () => {
      root.querySelector(".map-panel").hidden = false;
      root.querySelector(".map-empty").hidden = true;
      shade();
      words();
      if (!data) { slot("cell").textContent = "The numbers are on their way."; return; }
      equation();
      captions();
      neighbours();
      draw();
    };

    const say = (text) => { root.querySelector(".map-said").textContent = text; };

    const select = (name, focus) => {
      current = name;
      [cell, over] = [null, null];
      if (!orders[way].includes(name)) way = "forward";
      load();
      show();
      reveal();
      say(`${slot("title").textContent}, ${place()}`);
      if (focus) byName.get(name).focus({preventScroll: true});
    };

    // One walk: forward from the first value to the loss, and from there backward.
    const step = (by, focus) => {
      if (!current) { select(orders[way][0], focus); return; }
      const at = orders[way].indexOf(current) + by;
      if (at >= 0 && at < orders[way].length) select(orders[way][at], focus);
      else if (at >= forward.length && way === "forward") { way = "backward"; select(backward[0], focus); }
      else if (at < 0 && way === "backward") { way = "forward"; select(forward[forward.length - 1], focus); }
    };

    const turn = (to) => {
      way = to;
      const found = current && orders[way].includes(current) ? current : orders[way][0];
      select(found, false);
    };

    const STEPS = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1};

    const onNodeKey = (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const order = orders[way];
      if (event.key in STEPS) step(STEPS[event.key], true);
      else if (event.key === "Home") select(order[0], true);
      else if (event.key === "End") select(order[order.length - 1], true);
      else if (event.key === "Enter" || event.key === " ") select(event.currentTarget.dataset.name, true);
      else return;
      event.preventDefault();
    };

    // The cell of a value's heat map under the pointer; nothing on its border.
    const cellAt = (canvas, name, event) => {
      const {rows, columns} = gridOf(data.values[name].shape);
      const box = canvas.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left - canvas.clientLeft, event.clientY - box.top - canvas.clientTop];
      const [column, line] = [Math.floor((x / canvas.clientWidth) * columns), Math.floor((y / canvas.clientHeight) * rows)];
      if (column < 0 || line < 0 || column >= columns || line >= rows) return null;
      return line * columns + column;
    };

    const onCellKey = (event) => {
      if (!data || !(event.key in STEPS) || event.altKey || event.ctrlKey || event.metaKey) return;
      const {rows, columns} = gridOf(data.values[current].shape);
      const by = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns}[event.key];
      const next = cell === null ? 0 : cell + by;
      if (next >= 0 && next < rows * columns) cell = next;
      draw();
      say(slot("cell").textContent);
      event.preventDefault();
    };

    const point = (canvas, event) => {
      if (!data) return;
      const found = cellAt(canvas, current, event);
      if (found === null || found === cell) return;
      cell = found;
      draw();
    };

    const pass = (canvas, edge, name, event) => {
      const found = cellAt(canvas, name, event);
      if (found === null || (over?.edge === edge && over.cell === found)) return;
      over = {edge, name, cell: found};
      draw();
    };

    for (const node of nodes) {
      node.dataset.label = node.getAttribute("aria-label");
      node.setAttribute("role", "button");
      node.addEventListener("click", (event) => { event.preventDefault(); select(node.dataset.name, true); });
      node.addEventListener("keydown", onNodeKey);
    }
    for (const canvas of Object.values(canvases)) {
      canvas.tabIndex = 0;
      canvas.setAttribute("role", "application");
      canvas.addEventListener("pointermove", (event) => point(canvas, event));
      canvas.addEventListener("pointerdown", (event) => point(canvas, event));
      canvas.addEventListener("keydown", onCellKey);
      canvas.addEventListener("focus", () => { if (data && cell === null) { cell = 0; draw(); } });
    }
    all("[data-step]").forEach((button) =>
      button.addEventListener("click", () => step(Number(button.dataset.step), false)));
    all("[data-way][aria-pressed]").forEach((button) =>
      button.addEventListener("click", () => turn(button.dataset.way)));
    const bar = root.querySelector(".map-bar");
    bar.addEventListener("keydown", (event) => {
      if (!(event.key in STEPS) || event.altKey || event.ctrlKey || event.metaKey) return;
      step(STEPS[event.key], false);
      event.preventDefault();
    });
    bar.hidden = false;
    root.querySelector(".map-empty").hidden = false;
    root.classList.add("works");
    shade();
  };

  document.querySelectorAll(".network-map").forEach(begin);
})();
