/** The style sheet of the page: system fonts, light and dark, one column on a phone. */
export const STYLE = `
:root{--bg:#f6f6f3;--card:#fff;--ink:#1a1d21;--muted:#59626d;--rule:#e3e3dd;--faint:#efefea;
--ran:#2c6cab;--failed:#b56a00;--refused:#bf2f2a;--replayed:#7849b0;--would:#bf2f2a;--good:#1f7a45;--area:#2c6cab22;
--sans:ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{--bg:#101315;--card:#181c20;--ink:#e9ebee;--muted:#9da7b1;--rule:#2c3238;--faint:#20252a;
--ran:#69a8e8;--failed:#efa73a;--refused:#ff7369;--replayed:#b996f2;--would:#ff7369;--good:#63c98d;--area:#69a8e826}}
*,::before{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 var(--sans);font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
main{max-width:1120px;margin:0 auto;padding:clamp(16px,4vw,48px) clamp(14px,4vw,40px) 64px;display:grid;gap:20px;grid-template-columns:minmax(0,1fr)}
h1,h2,p,ul,ol{margin:0;padding:0}
h1{font-size:clamp(28px,5vw,40px);line-height:1.15;letter-spacing:-.02em;font-weight:650}
h2{font-size:15px;font-weight:650;letter-spacing:-.005em}
code,.tool,.file{font-family:var(--mono);font-size:.92em}
.muted{color:var(--muted)}
.count{color:var(--muted);font-weight:400}
header{display:grid;gap:10px;margin-bottom:8px;grid-template-columns:minmax(0,1fr)}
.brand{display:flex;align-items:center;gap:8px;color:var(--muted);font-weight:600;letter-spacing:.01em}
.brand svg{width:28px;height:12px;fill:none;stroke:var(--refused);stroke-width:1.5;stroke-linecap:round}
.lead{font-size:clamp(17px,2.4vw,20px);line-height:1.45;max-width:44em;text-wrap:pretty}
.chain{font-size:14px}
.pill{display:inline-block;border:1px solid currentColor;border-radius:99px;padding:1px 10px;margin-right:6px;font-size:13px;font-weight:600}
.pill.quiet{color:var(--muted);font-weight:400;margin:0}
.good .pill{color:var(--good)}
.chain.bad{border:2px solid var(--refused);border-radius:12px;padding:14px 18px;background:var(--card);display:grid;gap:8px}
.chain.bad .pill{background:var(--refused);border-color:var(--refused);color:var(--card)}
.chain.bad ul,.unreadable ul{padding-left:1.2em;font-size:14px}
.unreadable{font-size:14px}
summary{cursor:pointer}
.card,.tile{background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:20px clamp(14px,2.4vw,24px)}
.card{display:grid;gap:12px;align-content:start;grid-template-columns:minmax(0,1fr)}
.card>p.muted{font-size:14px;margin-top:-8px}
.tiles{display:flex;flex-wrap:wrap;gap:12px}
.tile{flex:1 1 150px;padding:16px 18px;display:grid;align-content:start;gap:2px}
.tile h2{color:var(--muted);font-weight:500;font-size:14px}
.figure{font-size:32px;line-height:1.2;font-weight:650;letter-spacing:-.02em}
.tile.warn .figure{color:var(--failed)}
.tile.stop .figure{color:var(--refused)}
.detail{color:var(--muted);font-size:13.5px;line-height:1.45}
.detail span{display:block}
.legend,.bars,.trips{list-style:none}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:13.5px}
.swatch{display:inline-block;width:5px;height:14px;border-radius:1px;margin-right:7px;vertical-align:-2px;background:currentColor}
.swatch.failed{height:8px;vertical-align:5px}
.swatch.replayed{height:7px;vertical-align:-1px}
.swatch.wouldStop{height:5px;vertical-align:-3px}
.ran{color:var(--ran);fill:var(--ran)}.failed{color:var(--failed);fill:var(--failed)}
.refused{color:var(--refused);fill:var(--refused)}.replayed{color:var(--replayed);fill:var(--replayed)}
.wouldStop{color:var(--would);fill:var(--would)}
.lane{display:grid;grid-template-columns:10.5rem minmax(0,1fr);column-gap:14px;align-items:center;border-top:1px solid var(--faint)}
.lanes .lane:first-child{border-top:0}
.label{font-size:13.5px;line-height:1.3;text-align:right;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden}
.server{color:var(--muted)}
.lane svg{display:block;width:100%;height:60px}
.axis{fill:var(--rule)}.pause{fill:var(--faint)}.tripline{fill:var(--refused);opacity:.45}
.lane svg.tripbars{height:22px}.trip{fill:var(--refused)}
.flags .label,.axisrow .label{color:var(--muted)}
.flags,.axisrow{align-items:end}
.flagrow{position:relative;height:24px}
.flag{position:absolute;bottom:0;transform:translateX(-50%);min-width:18px;height:18px;padding:0 4px;border-radius:4px;background:var(--refused);color:var(--card);font-size:12px;line-height:18px;font-weight:650;text-align:center;text-decoration:none;white-space:nowrap}
.flag.small{min-width:0;width:5px;height:9px;padding:0;border-radius:2px}
.flag:focus-visible,a:focus-visible{outline:2px solid var(--ink);outline-offset:2px}
.axisrow{padding-top:6px}
.ticks{position:relative;height:18px;font-size:12px;line-height:18px;color:var(--muted)}
.tick{position:absolute;transform:translateX(-50%);white-space:nowrap}
.tick:first-child{transform:none}.tick:last-child{transform:translateX(-100%)}
.plot{position:relative}
.lane svg.money{height:160px}
.money .line{fill:none;stroke:var(--ran);stroke-width:2;vector-effect:non-scaling-stroke;stroke-linejoin:round}
.money .area{fill:var(--area)}
.money .ceiling{stroke:var(--refused);stroke-width:1.5;stroke-dasharray:6 5;vector-effect:non-scaling-stroke;fill:none}
.ylabel{position:absolute;left:0;transform:translateY(4px);font-size:12px;color:var(--refused);font-weight:600}
.total{font-weight:650}
.pair{display:grid;gap:20px;align-items:start;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr))}
.bars{display:grid;gap:12px}
.bars li{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:3px 12px;font-size:14px}
.words{color:var(--muted);text-align:right}
.bar{grid-column:1/-1;display:flex;gap:1px;height:9px;border-radius:3px;overflow:hidden;background:var(--faint)}
.bar i{background:currentColor;min-width:2px}
.bar .replayed{height:6px;align-self:end}
.bar .wouldStop{height:4px;align-self:end}
.trips{counter-set:trip 0;display:grid;gap:0}
.trips li{counter-increment:trip;position:relative;padding:12px 0 12px 42px;border-top:1px solid var(--faint);display:grid;gap:2px}
.trips li:first-child{border-top:0}
.trips li::before{content:counter(trip);position:absolute;left:0;top:14px;justify-self:start;min-width:22px;height:20px;padding:0 5px;border-radius:4px;background:var(--refused);color:var(--card);font-size:12px;line-height:20px;font-weight:650;text-align:center}
.trips li:target{background:var(--faint)}
.trips .muted{font-size:13.5px}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{padding:7px 0 7px 14px;text-align:right;font-weight:400;vertical-align:top;border-top:1px solid var(--faint)}
thead th{color:var(--muted);font-size:13px;border-top:0;white-space:nowrap}
th:first-child{text-align:left;padding-left:0}
td{white-space:nowrap}
td.none{color:var(--muted)}
.share{display:block;height:4px;border-radius:2px;background:var(--faint);margin-top:3px;overflow:hidden}
.share i{display:block;height:100%;background:var(--ran)}
footer{font-size:13px}
@media (max-width:760px){
.lane{grid-template-columns:minmax(0,1fr);row-gap:3px}
.label{text-align:left;-webkit-line-clamp:1}
.lane svg{height:50px}
.lane{padding-top:5px}
.tick:nth-child(even){display:none}
.tile{flex-basis:40%}
.figure{font-size:27px}
table,tbody,tr,tbody th,td{display:block}
thead{display:none}
tbody tr{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:6px 12px;padding:12px 0;border-top:1px solid var(--faint)}
tbody tr:first-child{border-top:0}
tbody th{grid-column:1/-1}
tbody th,td{border:0;padding:0;text-align:left}
td{white-space:normal}
td.none{display:none}
td::before{content:attr(data-of);display:block;color:var(--muted);font-size:12px}
}
@media print{body{background:#fff}.card,.tile{break-inside:avoid}}
`;
