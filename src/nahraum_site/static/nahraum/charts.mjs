// Draws Vega-Lite charts in the page's own colours, without eval, as SVG.
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const isDark = () => document.documentElement.dataset.kernTheme === "dark";

function config() {
  const ink = css("--ink"), muted = css("--muted"), rule = css("--rule");
  return {
    background: "transparent",
    font: "Fira Sans, sans-serif",
    axis: { labelColor: muted, titleColor: muted, gridColor: rule, domainColor: rule, tickColor: rule, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" },
    legend: { labelColor: ink, titleColor: ink, labelFontSize: 12 },
    view: { stroke: null },
    rule: { color: ink },
    range: { category: [css("--warm"), css("--cool")] },
    line: { strokeWidth: 2 },
    point: { size: 36, filled: true },
    style: { wide: { color: muted, fill: muted }, middle: { color: rule, fill: rule } },
  };
}

function withShortLabels(part) {
  if (Array.isArray(part)) return part.map(withShortLabels);
  if (part === null || typeof part !== "object") return part;
  const fresh = Object.fromEntries(Object.entries(part).map(([name, each]) => [name, withShortLabels(each)]));
  if ("labelExpr" in fresh) Object.assign(fresh, { labelLimit: 120, labelFontSize: 10 });
  return fresh;
}

export async function draw(target, spec) {
  const options = { mode: "vega-lite", ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip: false, config: config() };
  if (document.documentElement.lang.startsWith("de")) options.formatLocale = { decimal: ",", thousands: ".", grouping: [3], currency: ["", "\u00a0€"] };
  if (target.clientWidth < 480) spec = withShortLabels(spec); // the table below says the names whole
  const { view } = await window.vegaEmbed(target, spec, options);
  return view;
}

// The chart library is large: it is fetched when the first chart is drawn, after the map.
let loading = null;
export function ready() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.querySelector("[data-vega]").dataset.vega;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}
