(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const get = (id) => document.getElementById(id);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const [wide, high] = data.size;
  let now = 0, timer = 0, pinned = null, revealed = new Set();

  // A drawing is what differs from the one before it.
  const spliced = (before, changes) => {
    const made = [];
    let at = 0;
    for (const [stays, gone, ...come] of changes) {
      for (const end = at + stays; at < end; at++) made.push(before[at]);
      made.push(...come);
      at += gone;
    }
    return made.concat(before.slice(at));
  };
  let last = [];
  for (const moment of data.moments) {
    if (moment.hidden) moment.hidden = last = spliced(last, moment.hidden);
    moment.lines = last = spliced(last, moment.lines);
  }

  const asked = (moment) => moment.hidden !== undefined && !revealed.has(moment);
  const said = (moment) => (asked(moment) ? moment.asks : moment.said);
  const number = (value) => {
    if (value === null) return "?";
    if (Number.isInteger(value)) return String(value).replace("-", "−");
    const size = Math.abs(value);
    const digits = size < 1 ? 2 - Math.floor(Math.log10(size)) : 3;
    return String(parseFloat(value.toFixed(Math.min(digits, 20)))).replace("-", "−");
  };
  const bracketed = (value) => (value < 0 ? `(${number(value)})` : number(value));

  // What lies under a point, and where a cell is drawn.
  const hit = (x, y) => {
    const grids = data.moments[now].grids;
    for (let n = grids.length - 1; n >= 0; n--) {
      const [kind, prefix, left, top, width, height, shape, origin] = grids[n];
      const row = Math.floor((y - top) / height), column = Math.floor((x - left) / width);
      if (row >= 0 && column >= 0 && row < shape[0] && column < shape[1])
        return { kind, prefix, row: row + origin[0], column: column + origin[1] };
    }
    return null;
  };
  const boxes = (kind, lead, row, column) => {
    const found = [];
    for (const [name, prefix, left, top, width, height, shape, origin] of data.moments[now].grids) {
      if (name !== kind || (lead && lead.some((n, at) => n !== null && prefix[at] !== n))) continue;
      const r = row - origin[0], c = column - origin[1];
      if (r >= 0 && c >= 0 && r < shape[0] && c < shape[1])
        found.push([left + c * width, top + r * height, width, height]);
    }
    return found;
  };

  const marks = [];
  const outline = (found, tied, chip) => {
    for (const [x, y, w, h] of found) {
      marks.push(`<rect x="${x}" y="${y}" width="${w}" height="${h}"${tied ? ' class="tied"' : ""}/>`);
      if (chip && w >= 20) marks.push(`<text x="${x + w - 3}" y="${y + h - 4}">${chip}</text>`);
    }
  };
  const cell = (table, flat) => [Math.floor(flat / table.wide) + table.origin[0], (flat % table.wide) + table.origin[1]];
  const tap = (table, flat) => [Math.floor(flat / table.taps[1]), flat % table.taps[1]];
  const place = (table, at) => [Math.floor(at / table.columns), at % table.columns];

  // Leading indices are left out where there is but one of them, as in the program.
  const named = (array, table, where) => {
    const one = table.weights.length === 1 && table.input.length === 1;
    return `${array}[${[...(one ? [] : where.prefix), where.row, where.column].join(", ")}]`;
  };

  // Each returns what is said about a cell, having marked what belongs to it.
  const told = {
    output(table, where) {
      const at = where.row * table.columns + where.column, reads = table.reads[at];
      if (!reads) return "";
      const filter = where.prefix[0] || 0, channels = table.weights[filter] || table.weights[0];
      const group = Math.floor(filter / (table.weights.length / table.groups)) * channels.length;
      let sum = table.bias[filter] || 0;
      const terms = [];
      channels.forEach((weights, c) => {
        for (let n = 0; n < reads.length; n += 2) {
          const value = table.input[group + c][reads[n]], weight = weights[reads[n + 1]];
          sum += value * weight;
          terms.push(`${number(value)}·${bracketed(weight)}`);
          outline(boxes("input", [group + c], ...cell(table, reads[n])), true, `×${number(weight)}`);
        }
      });
      const name = named("out", table, where);
      if (asked(data.moments[now]) && data.moments[now].at === at) return name;
      const long = terms.length > 9;
      return `${name} = ${long ? data.words.products.replace("{n}", terms.length) : terms.join(" + ")} = ${number(sum)}`;
    },
    input(table, where) {
      const flat = (where.row - table.origin[0]) * table.wide + where.column - table.origin[1];
      const channel = where.prefix[0] || 0, per = table.weights[0].length;
      let count = 0;
      table.reads.forEach((reads, at) => {
        for (let n = 0; n < reads.length; n += 2) {
          if (reads[n] !== flat) continue;
          count += 1;
          const weight = table.weights[0][channel % per][reads[n + 1]];
          outline(boxes("output", null, ...place(table, at)), true, `×${number(weight)}`);
        }
      });
      const value = (table.input[channel] || [])[flat];
      const name = named("in", table, where);
      return `${name} = ${number(value === undefined ? null : value)} ${(count === 1 ? data.words.once : data.words.goes).replace("{n}", count)}`;
    },
    kernel(table, where) {
      const [filter, channel] = where.prefix.length > 1 ? where.prefix : [0, where.prefix[0] || 0];
      const weights = table.weights[filter][channel], flat = where.row * table.taps[1] + where.column;
      const reads = table.reads[data.moments[now].at] || [];
      const group = Math.floor(filter / (table.weights.length / table.groups)) * table.weights[0].length;
      const name = named("w", table, where);
      for (let n = 0; n < reads.length; n += 2) {
        if (reads[n + 1] !== flat) continue;
        const spot = cell(table, reads[n]), value = table.input[group + channel][reads[n]];
        outline(boxes("input", [group + channel], ...spot), true, "");
        outline(boxes("product", null, where.row, where.column), true, "");
        return `${named("in", table, { prefix: [group + channel], row: spot[0], column: spot[1] })} · ${name} = ${number(value)} · ${bracketed(weights[flat])} = ${number(value * weights[flat])}`;
      }
      return `${name} = ${number(weights[flat])}`;
    },
    product(table, where) {
      const lead = where.prefix.length > 1 ? where.prefix : [0, where.prefix[0] || 0];
      outline(boxes("kernel", lead, where.row, where.column), true, "");
      return told.kernel(table, { prefix: lead, row: where.row, column: where.column });
    },
  };

  const point = (where) => {
    marks.length = 0;
    const table = data.tables[data.moments[now].state];
    let words = "";
    if (where && table && told[where.kind]) {
      words = told[where.kind](table, where);
      outline(boxes(where.kind, where.prefix, where.row, where.column), false, "");
    }
    get("over").innerHTML = marks.join("");
    get("tip").textContent = words;
    const [box] = words ? boxes(where.kind, where.prefix, where.row, where.column) : [];
    get("tip").style.display = box ? "block" : "none";
    if (box) {
      // Below the grid: on it, numbers would be covered.
      const grid = data.moments[now].grids.find((g) => g[0] === where.kind && String(g[1]) === String(where.prefix));
      get("tip").style.left = `${Math.min(80, Math.max(20, ((box[0] + box[2] / 2) / wide) * 100))}%`;
      get("tip").style.top = `${((grid[3] + grid[5] * grid[6][0]) / high) * 100 + 1.5}%`;
    }
  };
  const draw = () => {
    const moment = data.moments[now];
    const variant = dark.matches ? 1 : 0;
    const lines = asked(moment) ? moment.hidden : moment.lines;
    get("picture").innerHTML = lines.map((n) => data.lines[n][Math.min(variant, data.lines[n].length - 1)]).join("");
    get("stage").setAttribute("aria-label", said(moment));
    const caption = data.captions[moment.caption];
    get("caption").textContent = caption ? caption.text : said(moment);
    get("count").textContent = caption ? `${moment.caption + 1} / ${data.captions.length}` : "";
    get("where").textContent = data.words.step.replace("{n}", moment.step).replace("{last}", moment.steps - 1);
    get("question").hidden = !asked(moment);
    get("slider").max = data.moments.length - 1;
    get("slider").value = now;
    get("slider").setAttribute("aria-valuetext", get("where").textContent);
    get("back").disabled = now === 0;
    get("on").disabled = now === data.moments.length - 1;
    point(pinned);
  };

  const go = (to) => {
    now = Math.max(0, Math.min(data.moments.length - 1, to));
    get("verdict").textContent = "";
    get("number").value = "";
    draw();
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    get("play").textContent = "▶";
    get("play").setAttribute("aria-label", data.words.play);
  };
  const play = () => {
    if (timer) return stop();
    if (now === data.moments.length - 1) go(0);
    get("play").textContent = "❚❚";
    get("play").setAttribute("aria-label", data.words.pause);
    timer = setInterval(() => {
      if (asked(data.moments[now]) || now === data.moments.length - 1) return stop();
      go(now + 1);
    }, still.matches ? 1500 : 750);
  };
  const step = (way) => { stop(); pinned = null; go(now + way); };

  const under = (event) => {
    const frame = get("stage").getBoundingClientRect();
    return hit(((event.clientX - frame.left) / frame.width) * wide, ((event.clientY - frame.top) / frame.height) * high);
  };

  get("stage").addEventListener("pointermove", (event) => { if (!pinned) point(under(event)); });
  get("stage").addEventListener("pointerleave", () => { if (!pinned) point(null); });
  get("stage").addEventListener("click", (event) => {
    const where = under(event);
    pinned = pinned || !where ? null : where;
    point(where);
  });
  get("play").addEventListener("click", play);
  get("back").addEventListener("click", () => step(-1));
  get("on").addEventListener("click", () => step(1));
  get("slider").addEventListener("input", () => { stop(); go(Number(get("slider").value)); });
  get("question").addEventListener("submit", (event) => {
    event.preventDefault();
    const moment = data.moments[now];
    const given = parseFloat(get("number").value.replace("−", "-").replace(",", "."));
    const wanted = parseFloat(moment.answer.replace("−", "-"));
    const right = Math.abs(given - wanted) <= Math.abs(wanted) * 1e-3;
    if (right) { revealed.add(moment); draw(); get("question").hidden = false; }
    get("verdict").textContent = right ? data.words.right : data.words.wrong;
    get("verdict").className = right ? "right" : "";
  });
  get("reveal").addEventListener("click", () => { revealed.add(data.moments[now]); draw(); get("stage").focus(); });
  document.addEventListener("keydown", (event) => {
    if (event.target === get("number") || event.ctrlKey || event.metaKey || event.altKey) return;
    const onButton = event.target instanceof HTMLButtonElement;
    const moves = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };
    if (event.key in moves) step(moves[event.key]);
    else if (event.key === "Home") step(-data.moments.length);
    else if (event.key === "End") step(data.moments.length);
    else if (event.key === " " && !onButton) play();
    else if (event.key === "Escape") { pinned = null; point(null); }
    else return;
    event.preventDefault();
  });
  dark.addEventListener("change", draw);
  if (location.hash === "#card") document.documentElement.classList.add("card");
  go(0);
})();
