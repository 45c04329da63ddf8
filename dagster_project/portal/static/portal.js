// Charts from the numbers on the page, filters above long tables, and the ways through the lineage. Asks nothing of any host.
"use strict";

const NARROW = 560;
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function traces(chart, width) {
  const tone = { accent: colour("accent"), muted: colour("grey") };
  if (chart.form === "heat") {
    const values = chart.series.map(row => row.values);
    return [{
      type: "heatmap", x: chart.across, y: chart.labels, z: values, text: chart.series.map(row => row.texts), texttemplate: "%{text}",
      hovertemplate: "%{y} %{x}<br>%{text} " + chart.unit + "<extra></extra>", showscale: false, xgap: 2, ygap: 2,
      colorscale: [[0, colour("low")], [1, colour("accent")]], textfont: { size: 12 },
    }];
  }
  const several = chart.series.length > 1;
  return chart.series.map(each => {
    const base = { name: each.name, text: each.texts, hovertemplate: `%{${chart.form === "lying" ? "y" : "x"}}<br>${each.name} %{text} ${chart.unit === "%" ? "" : chart.unit}<extra></extra>` };
    const paint = tone[each.tone];
    if (chart.form === "lines") {
      return { ...base, type: "scatter", mode: each.tone === "muted" ? "lines" : "lines+markers", x: chart.labels, y: each.values, connectgaps: false,
        line: { color: paint, width: 2.5, dash: each.tone === "muted" ? "dash" : "solid" }, marker: { size: 7 } };
    }
    const lying = chart.form === "lying";
    return { ...base, type: "bar", orientation: lying ? "h" : "v", x: lying ? each.values : chart.labels, y: lying ? chart.labels : each.values,
      marker: { color: paint }, textposition: lying || width > NARROW ? "outside" : "none", textfont: { color: colour("ink"), size: 11 }, cliponaxis: false };
  });
}

function layout(chart, width) {
  const narrow = width < NARROW;
  const several = chart.series.length > 1 && chart.form !== "heat";
  const lying = chart.form === "lying" || chart.form === "heat";
  const longest = Math.max(...chart.labels.map(text => [...text].length), 1);
  const axis = { gridcolor: colour("line"), zerolinecolor: colour("grey"), fixedrange: true, automargin: false, color: colour("muted") };
  const rows = chart.labels.length * (chart.form === "heat" ? 32 : several ? 44 : 27);
  const room = Math.min(longest * 12.5 + 14, narrow ? 108 : 190);
  const bottom = chart.form === "heat" ? (narrow ? 66 : 34) : 30;
  return {
    height: lying ? rows + bottom + (several ? 46 : 22) : 330, width,
    margin: { l: lying ? room : 46, r: lying && chart.form !== "heat" ? 66 : 18, t: several ? 42 : 14, b: bottom },
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("ink") },
    showlegend: several, legend: { orientation: "h", x: 0, y: 1, yanchor: "bottom", font: { color: colour("ink") } }, dragmode: false, bargap: 0.3,
    xaxis: { ...axis, showgrid: chart.form === "lying", showticklabels: chart.form !== "lying", tickangle: chart.form === "heat" && narrow ? -60 : 0, rangemode: "tozero", type: chart.form === "lying" ? "linear" : "category",
      ...(narrow && !lying && chart.labels.length > 8 ? { tickvals: chart.labels.filter((_, place) => place % 2 === 0) } : {}) },
    yaxis: { ...axis, showgrid: chart.form !== "heat" && !lying, autorange: lying ? "reversed" : true, rangemode: "tozero", ticksuffix: !lying && chart.unit === "%" ? "%" : "", ticks: "outside", ticklen: 6, tickcolor: "rgba(0,0,0,0)", type: lying ? "category" : "linear", ticklabelposition: "outside",
      ...(lying ? { tickfont: { color: colour("ink"), size: 12 }, tickvals: chart.labels, ticktext: chart.labels.map(text => [...text].length * 12.5 > room ? [...text].slice(0, Math.floor((room - 24) / 12.5)).join("") + "…" : text) } : {}) },
    hoverlabel: { bgcolor: colour("paper"), bordercolor: colour("accent"), font: { color: colour("ink") } },
  };
}

function drawCharts(width) {
  if (!window.Plotly) return;
  document.querySelectorAll(".plot").forEach(place => {
    const chart = JSON.parse(document.getElementById(`chart-${place.dataset.chart}`).textContent);
    const room = width || place.parentElement.clientWidth;
    window.Plotly.react(place, traces(chart, room), layout(chart, room), { displayModeBar: false, responsive: false });
  });
}

function addFilters() {
  document.querySelectorAll("table[data-filtered]").forEach((table, place) => {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < 12) return;
    const line = document.createElement("p");
    line.className = "filter";
    const label = document.createElement("label");
    label.htmlFor = `filter-${place}`;
    label.textContent = "筛选";
    const input = document.createElement("input");
    input.id = label.htmlFor;
    input.type = "search";
    input.placeholder = "名称、编号中的字";
    const count = document.createElement("output");
    count.htmlFor = input.id;
    input.addEventListener("input", () => {
      const words = input.value.trim().toLowerCase().split(/\s+/);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every(word => text.includes(word));
        shown += row.hidden ? 0 : 1;
      }
      count.textContent = input.value ? `${shown} / ${rows.length} 行` : "";
    });
    line.append(label, input, count);
    table.parentElement.before(line);
  });
}

function lightWays() {
  document.querySelectorAll("svg.lineage").forEach(picture => {
    const lines = [...picture.querySelectorAll("path")];
    const boxes = new Map([...picture.querySelectorAll(".box")].map(box => [box.dataset.name, box]));
    const light = name => {
      const on = new Set([name]);
      for (const [from, to] of [["from", "to"], ["to", "from"]]) {
        let edge = [name];
        while (edge.length) {
          const next = [];
          for (const line of lines) {
            if (!edge.includes(line.dataset[from])) continue;
            line.classList.add("on");
            if (!on.has(line.dataset[to])) { on.add(line.dataset[to]); next.push(line.dataset[to]); }
          }
          edge = next;
        }
      }
      on.forEach(each => boxes.get(each)?.classList.add("on"));
      picture.classList.add("lit");
    };
    const dark = () => {
      picture.classList.remove("lit");
      picture.querySelectorAll(".on").forEach(each => each.classList.remove("on"));
    };
    boxes.forEach((box, name) => {
      for (const event of ["mouseenter", "focus"]) box.addEventListener(event, () => { dark(); light(name); });
      for (const event of ["mouseleave", "blur"]) box.addEventListener(event, dark);
    });
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && picture.contains(target)) {
      light(target.dataset.name);
      target.scrollIntoView({ block: "center", inline: "center" });
    }
  });
}

addFilters();
lightWays();
drawCharts();
let pending = 0;
window.addEventListener("resize", () => { clearTimeout(pending); pending = setTimeout(drawCharts, 150); });
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawCharts());
window.addEventListener("beforeprint", () => { document.querySelectorAll("details").forEach(each => { each.open = true; }); drawCharts(660); });
window.addEventListener("afterprint", () => drawCharts());
