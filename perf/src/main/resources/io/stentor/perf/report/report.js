// Draws the plots that the page holds as data. What is drawn was decided when the page was made; sizes, ticks and colours
// are decided here, again whenever the window or the theme changes.
(() => {
  "use strict";

  const plots = JSON.parse(document.getElementById("plots").textContent);
  const places = [...document.querySelectorAll(".plot")];
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let theme;

  function readTheme() {
    const style = getComputedStyle(document.documentElement);
    const value = (name) => style.getPropertyValue("--" + name).trim();
    return { value, ramp: value("ramp").split(/\s+/) };
  }

  function channels(hex) {
    return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  }

  /** "c3" is the theme's third colour, "r40" lies 40 % along its ramp. */
  function colour(name, alpha = 1) {
    let rgb;
    if (name[0] === "c") {
      rgb = channels(theme.value(name));
    } else {
      const along = (Number(name.slice(1)) / 100) * (theme.ramp.length - 1);
      const from = Math.min(Math.floor(along), theme.ramp.length - 2);
      const low = channels(theme.ramp[from]);
      const high = channels(theme.ramp[from + 1]);
      rgb = low.map((channel, i) => Math.round(channel + (along - from) * (high[i] - channel)));
    }
    return alpha === 1 ? `rgb(${rgb.join(", ")})` : `rgba(${rgb.join(", ")}, ${alpha})`;
  }

  // Three figures that count, without zeros at the end.
  function figures(value) {
    return String(Number(value.toPrecision(3)));
  }

  function scaled(value, units, step) {
    let i = 0;
    while (i < units.length - 1 && Math.abs(value) >= step * 0.9995) {
      value /= step;
      i++;
    }
    return figures(value) + units[i];
  }

  function clock(seconds) {
    const whole = Math.round(seconds);
    const two = (value) => String(value).padStart(2, "0");
    const minutes = two(Math.floor(whole / 60) % 60) + ":" + two(whole % 60);
    return whole < 3600 ? minutes : Math.floor(whole / 3600) + ":" + minutes;
  }

  function percentile(nines) {
    const digits = Math.max(0, Math.ceil(nines - 1e-9) - 1);
    return String(Number((100 * (1 - 10 ** -nines)).toFixed(digits)));
  }

  const writers = {
    NS: (value) => scaled(value, [" ns", " µs", " ms", " s"], 1000),
    RATE: (value) => scaled(value, ["", "k", "M", "G"], 1000),
    COUNT: (value) => (value < 1e5 ? Math.round(value).toLocaleString("en-US") : scaled(value, ["", "k", "M", "G"], 1000)),
    BYTES: (value) => scaled(value, [" B", " KiB", " MiB", " GiB"], 1024),
    SECONDS: (value) => (value < 120 ? figures(value) + " s" : clock(value)),
    NINES: percentile,
    SHARE: (value) => Math.round(100 * value) + " %",
  };
  const suffixes = { RATE: " msg/s", NINES: " %" };

  function written(axis, value) {
    return value == null ? "–" : writers[axis.unit](value) + (suffixes[axis.unit] ?? "");
  }

  function name(axis) {
    return axis.label + (axis.unit === "RATE" ? ", msg/s" : axis.unit === "NINES" ? ", %" : "");
  }

  function marksOf(plot, vertical) {
    return plot.marks.filter((mark) => mark.vertical === vertical).map((mark) => mark.value);
  }

  function xRange(plot, values) {
    const most = Math.max(...values, ...marksOf(plot, true));
    if (plot.x.scale === "CATEGORIES") {
      return [-0.6, plot.x.categories.length - 0.4];
    }
    if (plot.x.scale === "LOG") {
      return [Math.min(...values) / 1.15, most * 1.15];
    }
    return [0, plot.x.unit === "NINES" || plot.x.unit === "SECONDS" ? most : most * 1.05];
  }

  function yRange(plot, columns) {
    const values = columns.flat().filter((value) => value != null);
    const all = values.concat(marksOf(plot, false));
    const most = all.reduce((a, b) => Math.max(a, b), 0) || 1;
    if (plot.y.scale === "SHARES") {
      return [0, 1.2];
    }
    if (plot.y.scale === "LOG") {
      return [all.reduce((a, b) => Math.min(a, b), most) / 1.4, most * 1.6];
    }
    return [0, most * 1.08];
  }

  /** Decades, and 2 and 5 between them where there are few; or powers of two. */
  function logTicks(base) {
    return (u, index, least, most) => {
      const log = base === 10 ? Math.log10 : Math.log2;
      const first = Math.floor(log(least));
      const last = Math.ceil(log(most));
      const between = base === 10 && log(most) - log(least) < 3 ? [1, 2, 5] : [1];
      const step = Math.ceil((last - first) / 10);
      const ticks = [];
      for (let exponent = first; exponent <= last; exponent += step) {
        between.forEach((factor) => ticks.push(factor * base ** exponent));
      }
      return ticks.filter((tick) => tick >= least && tick <= most);
    };
  }

  function wholeTicks(u, index, least, most) {
    const ticks = [];
    for (let tick = Math.ceil(least); tick <= most; tick++) {
      ticks.push(tick);
    }
    return ticks;
  }

  function axisOf(plot, axis, horizontal) {
    const options = {
      stroke: theme.value("muted"),
      grid: { stroke: theme.value("grid"), width: 1, show: axis.scale !== "CATEGORIES" },
      ticks: { show: false },
      font: "12px system-ui, sans-serif",
      labelFont: "12px system-ui, sans-serif",
      label: name(axis),
      labelSize: 18,
      labelGap: 0,
      size: horizontal ? 28 : 58,
      gap: 6,
      values: (u, ticks) => ticks.map((tick) => (tick == null ? "" : writers[axis.unit](tick))),
    };
    if (axis.scale === "SHARES") {
      options.splits = () => [0, 0.25, 0.5, 0.75, 1];
      options.values = (u, ticks) => ticks.map(writers.SHARE);
    }
    if (axis.scale === "CATEGORIES") {
      options.splits = wholeTicks;
      options.values = (u, ticks) => ticks.map((tick) => axis.categories[tick] ?? "");
    } else if (axis.unit === "NINES") {
      options.splits = wholeTicks;
    } else if (axis.scale === "LOG") {
      options.splits = logTicks(horizontal ? 2 : 10);
      options.filter = (u, ticks) => ticks;
    } else {
      options.space = horizontal ? 64 : 36;
    }
    return options;
  }

  function seriesOf(plot, line) {
    const stroke = colour(line.colour);
    const series = {
      label: line.label,
      stroke,
      width: 1.5,
      points: { show: false },
      value: (u, value) => written(plot.y, value),
    };
    switch (line.style) {
      case "DASHED":
        series.dash = [5, 4];
        break;
      case "DOTTED":
        series.points = { show: true, size: 6, width: 1.5, stroke, fill: stroke };
        break;
      case "DOTS":
      case "RINGS": {
        const fill = line.style === "DOTS" ? stroke : theme.value("surface");
        series.paths = () => null;
        series.points = { show: true, size: 8, width: 2, stroke, fill };
        break;
      }
      case "STACK":
        series.paths = uPlot.paths.bars({ size: [0.6, 80] });
        series.stroke = theme.value("surface");
        series.width = 1;
        series.fill = stroke;
        break;
      case "UPPER":
      case "LOWER":
        series.width = 0;
        series.paths = uPlot.paths.linear();
        break;
    }
    return series;
  }

  function sumsOf(lines) {
    return lines[0].x.map((x, i) => lines.reduce((sum, line) => sum + line.y[i], 0));
  }

  /** Bars upon each other: the longest is drawn first and the shorter over it. */
  function stacked(lines) {
    const sums = sumsOf(lines);
    const reached = sums.map(() => 0);
    return lines
      .map((line) => ({ ...line, own: line.y, y: line.y.map((value, i) => (reached[i] += value) / sums[i]) }))
      .reverse();
  }

  function drawSums(plot, u) {
    const { ctx } = u;
    ctx.save();
    ctx.fillStyle = theme.value("text");
    ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = "center";
    ctx.textBaseline = "bottom";
    const texts = sumsOf(plot.lines).map((sum) => written(plot.y, sum));
    const room = u.bbox.width / (texts.length + 0.2);
    const tight = texts.some((text) => ctx.measureText(text).width > room - 4 * devicePixelRatio);
    texts.forEach((text, i) => {
      // In a tight row every other one stands above its neighbours.
      const up = tight && i % 2 === 1 ? 17 : 3;
      const top = u.valToPos(1, "y", true) - up * devicePixelRatio;
      ctx.fillText(text, u.valToPos(plot.lines[0].x[i], "x", true), top);
    });
    ctx.restore();
  }

  function drawMarks(plot) {
    return (u) => {
      const { ctx, bbox } = u;
      const ratio = devicePixelRatio;
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = theme.value("text");
      ctx.lineWidth = ratio;
      ctx.font = `${12 * ratio}px system-ui, sans-serif`;
      for (const mark of plot.marks) {
        const at = Math.round(u.valToPos(mark.value, mark.vertical ? "x" : "y", true));
        ctx.setLineDash([3 * ratio, 3 * ratio]);
        ctx.beginPath();
        if (mark.vertical) {
          const right = at < bbox.left + bbox.width / 2;
          ctx.moveTo(at, bbox.top);
          ctx.lineTo(at, bbox.top + bbox.height);
          ctx.textAlign = right ? "left" : "right";
          ctx.textBaseline = "bottom";
          ctx.fillText(mark.label, at + (right ? 5 : -5) * ratio, bbox.top + bbox.height - 4 * ratio);
        } else {
          ctx.moveTo(bbox.left, at);
          ctx.lineTo(bbox.left + bbox.width, at);
          ctx.textAlign = "left";
          ctx.textBaseline = "bottom";
          ctx.fillText(mark.label, bbox.left + 5 * ratio, at - 3 * ratio);
        }
        ctx.stroke();
      }
      ctx.restore();
      if (plot.y.scale === "SHARES") {
        drawSums(plot, u);
      }
    };
  }

  function sizeOf(place) {
    const width = Math.max(240, Math.floor(place.clientWidth));
    return { width, height: width < 420 ? 260 : 300 };
  }

  /** Whose values the legend shows while nothing is pointed at: 99 %, or where a line is marked, or the end. */
  function restingIndex(plot, xs) {
    const [mark] = plot.x.unit === "NINES" ? [2] : marksOf(plot, true);
    const after = xs.findIndex((x) => x >= mark - 1e-9);
    return after < 0 ? xs.length - 1 : after;
  }

  function optionsOf(plot, lines, data, place) {
    const bands = lines.flatMap((line, i) =>
      line.style === "UPPER" ? [{ series: [i + 1, i + 2], fill: colour(line.colour, 0.18) }] : []);
    const fixed = { x: xRange(plot, data[0]), y: yRange(plot, data.slice(1)) };
    return {
      ...sizeOf(place),
      scales: {
        x: { time: false, distr: plot.x.scale === "LOG" ? 3 : 1, log: 2, range: fixed.x },
        y: { distr: plot.y.scale === "LOG" ? 3 : 1, log: 10, range: fixed.y },
      },
      axes: [axisOf(plot, plot.x, true), axisOf(plot, plot.y, false)],
      series: [
        {
          label: plot.x.label || "at",
          value: (u, value) => (plot.x.scale === "CATEGORIES" ? plot.x.categories[value] ?? "–" : written(plot.x, value)),
        },
        ...lines.map((line) => {
          const series = seriesOf(plot, line);
          if (line.own) {
            series.value = (u, value, at, index) => written(plot.y, index == null ? null : line.own[index]);
          }
          return series;
        }),
      ],
      bands,
      legend: {
        markers: {
          width: 2,
          stroke: (u, i) => (i === 0 ? null : colour(lines[i - 1].colour)),
          fill: (u, i) => (i === 0 ? null : colour(lines[i - 1].colour, lines[i - 1].style === "STACK" ? 1 : 0.25)),
          dash: (u, i) => (lines[i - 1]?.style === "DASHED" ? "dashed" : "solid"),
        },
      },
      cursor: { drag: { x: false, y: false }, points: { size: 7 } },
      hooks: { draw: [drawMarks(plot)], ready: [(u) => u.setLegend({ idx: restingIndex(plot, data[0]) })] },
    };
  }

  function draw(place) {
    const plot = plots[Number(place.dataset.plot)];
    const lines = plot.lines[0].style === "STACK" ? stacked(plot.lines) : plot.lines;
    const data = uPlot.join(lines.map((line) => [line.x, line.y]));
    place.replaceChildren();
    const u = new uPlot(optionsOf(plot, lines, data, place), data, place);
    u.over.addEventListener("mouseleave", () => u.setLegend({ idx: restingIndex(plot, data[0]) }));
    place.plot = u;
  }

  function drawAll() {
    theme = readTheme();
    places.forEach((place) => {
      place.plot?.destroy();
      draw(place);
    });
  }

  const resized = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const size = sizeOf(target);
      if (target.plot && (size.width !== target.plot.width || size.height !== target.plot.height)) {
        target.plot.setSize(size);
      }
    }
  });

  drawAll();
  places.forEach((place) => resized.observe(place));
  dark.addEventListener("change", drawAll);
})();
