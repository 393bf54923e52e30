"""Write what stands around the map: title, legend, status of the data."""

from __future__ import annotations

import html
from collections.abc import Sequence

from planning.district import District
from planning.layout import Layout

STYLE = """<style>
html, body { font-family: "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", "Noto Sans CJK SC", sans-serif; }
.leaflet-container { background: #eef1f3; font: inherit; }
.board { position: absolute; z-index: 800; background: rgba(255,255,255,.94); border-radius: 6px; padding: 10px 14px;
         box-shadow: 0 1px 5px rgba(0,0,0,.3); color: #222; font-size: 13px; line-height: 1.5; max-width: 380px; }
.board h1 { font-size: 17px; margin: 0 0 4px; } .board p { margin: 2px 0; }
#title { left: 56px; top: 10px; } #legend { left: 12px; bottom: 46px; }
#title .status { color: #7a4a00; } .short { color: #b00016; font-weight: bold; }
.dot { display: inline-block; width: 12px; height: 12px; border-radius: 50%; border: 1px solid #202020; margin-right: 5px; vertical-align: -1px; }
.project { font-size: 12px; font-weight: bold; text-align: center; color: #4b0082; white-space: nowrap;
           text-shadow: -1px -1px 2px #fff, 1px -1px 2px #fff, -1px 1px 2px #fff, 1px 1px 2px #fff; }
.gap { background: #b00016; color: #fff; font-size: 11px; font-weight: bold; text-align: center; border-radius: 9px; padding: 1px 4px; }
.leaflet-tooltip { font-size: 13px; } .leaflet-tooltip table { margin: 0; } .leaflet-tooltip th { text-align: left; padding-right: 8px; font-weight: normal; color: #666; }
@media (max-width: 640px) { #legend { display: none; } #title { left: 50px; right: 8px; max-width: none; } .leaflet-control-layers { max-height: 40vh; overflow: auto; } }
</style>"""

_STATUS = {"real": "真实 real", "derived": "推导 derived", "synthetic": "合成 synthetic"}


def title(district: District, layout: Layout) -> str:
    """Return the title board: county, scenario, headline figures, status of the data."""
    summary, scenario = layout.summary, layout.scenario
    name = html.escape(district.info.name_zh)
    what = html.escape(str(scenario.get("title_zh") or scenario.get("name", "")))
    english = html.escape(str(scenario.get("title") or ""))
    short = summary.get("shortage_pupils", 0)
    gap = summary.get("gap")
    proven = f" · 与理论下界差距 gap ≤ {gap:.2%}" if isinstance(gap, float) else ""
    return (
        f"<div class='board' id='title'><h1>{name}义务教育学区布局示意图</h1><p><b>{what}</b> {english}</p>"
        f"<p>{summary.get('year', '')} 学年 · 学位缺口 seats short <b>{short:,}</b>{proven}</p>"
        f"<p class='status'>{data_status(district)}</p></div>"
    )


def data_status(district: District) -> str:
    """Return the line that says which layers are real, derived or synthetic."""
    kinds: dict[str, list[str]] = {}
    for name, layer in district.info.layers.items():
        kinds.setdefault(layer.status, []).append(name)
    if not kinds:
        return "数据来源未注明 origin of the data not stated"
    if set(kinds) == {"synthetic"}:
        return "数据:全部合成,仅供演示 synthetic data"
    order = [k for k in ("real", "derived", "synthetic") if k in kinds]
    return (
        "数据 data:"
        + ";".join(f"{_STATUS[k]} {len(kinds[k])} 层" for k in order)
        + "。位置示意,不作为划界依据。"
    )


def legend(loads: Sequence[tuple[float, str]]) -> str:
    """Return the legend board."""
    texts = ("负荷 load ≤ 85%", "≤ 100%", "≤ 110%", "> 110%")
    dots = "".join(
        f"<p><span class='dot' style='background:{colour}'></span>{text}</p>"
        for (_, colour), text in zip(loads, texts, strict=True)
    )
    return (
        "<div class='board' id='legend'><p><b>学校 Schools</b></p>"
        + dots
        + "<p>圆面积 ∝ 学生数 area ∝ pupils</p>"
        "<p>粗框:新建 thick rim: new school</p><p><span class='gap'>−n</span> 缺学位 seats short</p></div>"
    )


def script(name: str) -> str:
    """Return the lines that run when the map is there: no foreign flag, schools above areas."""
    return (
        "window.addEventListener('load', function () {"
        f"{name}.attributionControl.setPrefix(false); {name}.attributionControl.addAttribution('示意图 schematic map');"
        f"L.control.scale({{imperial: false}}).addTo({name});"
        "});"
    )
