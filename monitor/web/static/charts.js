// The charts of the board and of the wall board, drawn from the numbers that stand beside them.
// Colours are the page's own; ECharts 6 runs in Chromium 80. Without it the tables are read.
"use strict";
(function () {
  const drawn = [];
  const value = (style, name, other) => style.getPropertyValue(name).trim() || other;

  function palette(unit) {
    const style = getComputedStyle(document.documentElement);
    const decal = (colour, rotation) => ({ symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2 * unit, 4 * unit], rotation: rotation, color: colour });
    return {
      text: value(style, "--ink2", "#50607a"), ink: value(style, "--ink", "#17202c"),
      line: value(style, "--line", "#dfe4eb"), panel: value(style, "--panel", "#fff"),
      family: getComputedStyle(document.body).fontFamily,
      of: {
        plain: { color: value(style, "--bar", "#7d93b2") },
        lit: { color: value(style, "--bar-lit", "#d97706"), decal: decal("rgba(20,12,0,.55)", -Math.PI / 4) },
        yellow: { color: value(style, "--bar-yellow", "#ffd02e"), borderColor: value(style, "--bar-yellow-edge", "#8a6500"), borderWidth: 0.5 },
        red: { color: value(style, "--bar-red", "#c8252c"), decal: decal("rgba(255,255,255,.6)", 0) },
        warning: { color: value(style, "--bar-lit", "#d97706") }
      }
    };
  }

  function option(data, colours, size) {
    const totals = data.labels.map((_, day) => data.series.reduce((sum, one) => sum + one.numbers[day], 0));
    const label = { color: colours.text, fontSize: size.axis };
    // Few bars say their number; many would run into each other.
    const few = data.labels.length <= 14;
    // Where a day does not fit beside its number it stands under it.
    const narrow = size.width / data.labels.length < size.axis * 3.7;
    const labels = few && narrow ? data.labels.map((text) => text.replace(" ", "\n")) : data.labels;
    const series = data.series.map((one) => ({
      name: one.name, type: "bar", stack: "all", barWidth: "52%", data: one.numbers.map((of) => of || null),
      itemStyle: colours.of[one.kind] || colours.of.plain, cursor: data.links.some(Boolean) ? "pointer" : "default"
    }));
    if (few) {
      series.push({
        type: "bar", stack: "all", silent: true, data: totals.map(() => 0), tooltip: { show: false },
        label: { show: true, position: "top", color: colours.ink, fontSize: size.label, formatter: (of) => totals[of.dataIndex].toLocaleString("en") }
      });
    }
    const top = few ? size.label * 1.6 : size.axis * 2.4;
    return {
      animation: false, textStyle: { fontFamily: colours.family },
      grid: { left: size.axis * 0.4, right: size.axis * 0.4, top: top, bottom: size.axis * 0.2, containLabel: true },
      legend: few ? { show: false } : {
        right: 0, top: 0, itemWidth: size.axis, itemHeight: size.axis * 0.85, selectedMode: false,
        data: data.series.map((one) => one.name), textStyle: label
      },
      tooltip: {
        trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: "shadow" },
        backgroundColor: colours.panel, borderColor: colours.line, textStyle: { color: colours.ink, fontSize: size.axis },
        formatter: (of) => data.days[of[0].dataIndex] + "\n" + data.series.map((one) => one.name + "  " + one.numbers[of[0].dataIndex].toLocaleString("en")).join("\n")
      },
      xAxis: {
        type: "category", data: labels, axisTick: { show: false },
        axisLine: { lineStyle: { color: colours.line } },
        axisLabel: Object.assign({ interval: few ? 0 : "auto", hideOverlap: true }, label)
      },
      yAxis: {
        type: "value", min: 0, minInterval: 1, splitNumber: 3, axisLabel: label,
        splitLine: { lineStyle: { color: colours.line } }
      },
      series: series
    };
  }

  function draw() {
    drawn.splice(0).forEach((one) => one.dispose());
    const wall = document.body.classList.contains("wall");
    const unit = wall ? parseFloat(getComputedStyle(document.documentElement).fontSize) / 100 : 1;
    const colours = palette(Math.max(1, unit));
    const size = wall ? { axis: 14 * unit, label: 16 * unit } : { axis: 12, label: 12 };
    document.querySelectorAll("[data-chart]").forEach(function (figure) {
      const data = JSON.parse(figure.querySelector("script").textContent);
      const canvas = figure.querySelector(".canvas");
      const chart = echarts.init(canvas, null, { renderer: "svg" });
      chart.setOption(option(data, colours, Object.assign({ width: canvas.clientWidth }, size)));
      chart.getZr().on("click", function (event) {
        const at = chart.convertFromPixel({ seriesIndex: 0 }, [event.offsetX, event.offsetY]);
        const link = at && !wall && data.links[at[0]];
        if (link) { location.href = link; }
      });
      drawn.push(chart);
    });
  }

  let asked = 0;
  function again() {
    clearTimeout(asked);
    asked = setTimeout(draw, 150);
  }
  draw();
  document.addEventListener("duban:shown", draw);
  window.addEventListener("resize", again);
  window.addEventListener("beforeprint", draw);
  window.matchMedia("(prefers-color-scheme: dark)").addListener(draw);
})();
