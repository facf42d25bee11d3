/** The style of the page, for light and dark, wide and narrow. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--back:#fbfbfd;--front:#1d2330;--soft:#5a6374;--line:#dde1e9;--card:#fff;
--error:#b3261e;--warning:#8a5a00;--note:#2d5f9a}
@media (prefers-color-scheme:dark){:root{--back:#12151c;--front:#e6e9f0;--soft:#9aa4b6;--line:#2b313d;--card:#1a1f29;
--error:#ff8a80;--warning:#f0b955;--note:#8ab8f0}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--front);font:16px/1.5 system-ui,sans-serif}
main{max-width:1040px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:1.6rem;line-height:1.2;margin:0;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:40px 0 12px}
p{margin:4px 0}
.soft{color:var(--soft);font-size:.9rem;overflow-wrap:anywhere}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:12px;margin:24px 0}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 14px}
.card b{display:block;font-size:1.3rem;font-variant-numeric:tabular-nums}
.card span{color:var(--soft);font-size:.85rem}
svg{display:block;width:100%;height:auto}
svg text{font:12px system-ui,sans-serif;fill:#fff}
.narrow{display:none}
@media (max-width:600px){.narrow{display:block}.wide,.minor{display:none}}
.part{white-space:nowrap}
dl+.scroll,svg+.scroll,.narrow+.scroll{margin-top:16px}
.code{fill:#2563a8;background:#2563a8}.resources{fill:#7a4fb5;background:#7a4fb5}.native{fill:#b0470d;background:#b0470d}
.assets{fill:#1a754a;background:#1a754a}.other{fill:#5d6673;background:#5d6673}.archive{fill:#80670a;background:#80670a}
.swatch{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:8px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th{text-align:left;font-weight:600;color:var(--soft)}
th,td{padding:6px 12px 6px 0;border-bottom:1px solid var(--line);vertical-align:top}
td:last-child,th:last-child{padding-right:0}
.path .swatch{margin-right:6px;width:10px;height:10px}
.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.path{overflow-wrap:anywhere;min-width:12ch}
ul{list-style:none;margin:0;padding:0}
.finding{border-left:4px solid;background:var(--card);padding:8px 14px;margin:0 0 10px;border-radius:0 6px 6px 0;overflow-wrap:anywhere}
.finding b{text-transform:capitalize}
.finding.error{border-color:var(--error)}.finding.warning{border-color:var(--warning)}.finding.note{border-color:var(--note)}
.error b{color:var(--error)}.warning b{color:var(--warning)}.note b{color:var(--note)}
code{font:.85em ui-monospace,monospace;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:minmax(9rem,max-content) 1fr;gap:4px 16px;margin:0;font-size:.9rem}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
@media (max-width:600px){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:8px}}
`;
