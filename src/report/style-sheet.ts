import { asMarkup } from './markup.ts'

/** Of the page; plots bring their own. */
export const styleSheet = asMarkup(`
:root{color-scheme:light dark;--paper:#f5f6f8;--surface:#fff;--line:#dce0e7;--ink:#1b2230;--muted:#525c6d;--warn:#7a4b00;--warn-paper:#fff4d6;--warn-line:#d9a93a;font:16px/1.55 system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;color:var(--ink);background:var(--paper)}
@media screen and (prefers-color-scheme:dark){:root{--paper:#0f1217;--surface:#171b22;--line:#2f3743;--ink:#e6eaf1;--muted:#a2adbd;--warn:#ffd98a;--warn-paper:#2b2312;--warn-line:#7d632a}}
*{box-sizing:border-box}
body{margin:0}
main,footer{max-width:76rem;margin:0 auto;padding:0 clamp(1rem,3vw,2.5rem)}
main{padding-top:clamp(1.5rem,4vw,3rem)}
h1,h2,h3,p,ul,dl,dd,figure,pre{margin:0}
h1{font-size:1.25rem;line-height:1.35;letter-spacing:-.01em}
h1 small{display:block;font-size:1rem;font-weight:400;letter-spacing:0;color:var(--muted)}
h2{font-size:1.25rem;letter-spacing:-.01em;margin:3rem 0 1rem}
h3{font-size:1rem;margin:2rem 0 .5rem}
.what{font-size:.875rem;color:var(--muted);margin-bottom:.75rem;overflow-wrap:anywhere}
.verdict{margin-top:1.5rem;max-width:54rem}
.verdict p{margin-top:.75rem;text-wrap:pretty}
.verdict .first{font-size:clamp(1.375rem,1rem + 1.6vw,1.875rem);line-height:1.3;font-weight:600;letter-spacing:-.015em}
.banner{margin-top:1.5rem;max-width:54rem;padding:.75rem 1rem;color:var(--warn);background:var(--warn-paper);border:1px solid var(--warn-line);border-radius:.5rem}
.banner ul{padding-left:1.25rem}
.scroll{overflow-x:auto;background:var(--surface);border:1px solid var(--line);border-radius:.5rem}
.scroll:focus-visible{outline:2px solid var(--muted);outline-offset:2px}
.figures .scroll{margin-top:1.25rem}
table{width:100%;border-collapse:collapse;font-size:.875rem;line-height:1.4;font-variant-numeric:tabular-nums}
caption{padding:.875rem 1rem .25rem;text-align:left;color:var(--muted);white-space:normal}
caption span{display:inline-block;position:sticky;left:1rem;max-width:min(100%,100vw - 4.5rem)}
caption strong{color:var(--ink)}
th,td{padding:.375rem .625rem;text-align:right;font-weight:400;white-space:nowrap}
thead th{color:var(--muted);font-size:.8125rem}
thead tr:first-child>*{padding-top:.625rem;padding-bottom:0}
thead tr:first-child th{text-align:left;font-weight:600}
thead tr:last-child>*{border-bottom:1px solid var(--line)}
tbody tr+tr>*{border-top:1px solid var(--line)}
th:first-child,td:first-child{padding-left:1rem;text-align:left;font-weight:500}
td:last-child,th:last-child{padding-right:1rem}
.edge{border-left:1px solid var(--line)}
tbody th{position:sticky;left:0;background:var(--surface)}
.void td{color:var(--muted);text-decoration:line-through}
.void em{color:var(--warn)}
.notes{margin-top:1rem;font-size:.875rem}
.notes ul{padding-left:1.25rem;margin-bottom:.75rem}
.plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,30rem),1fr));gap:1.75rem 1.5rem;align-items:start}
figure{min-width:0}
figure svg{display:block;width:100%;min-width:27rem;height:auto}
figcaption,.how{margin-top:.5rem;font-size:.875rem;line-height:1.45;color:var(--muted);text-wrap:pretty}
.how{margin:0 0 1rem;max-width:54rem}
.details{max-width:54rem}
dl>div{display:grid;grid-template-columns:8rem minmax(0,1fr);gap:0 1rem;padding:.375rem 0;border-top:1px solid var(--line)}
dl>div:first-child{border-top:0}
dt{font-weight:600}
dd{overflow-wrap:anywhere}
pre{padding:.875rem 1rem;font:.8125rem/1.55 ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre-wrap;overflow-wrap:anywhere;background:var(--surface);border:1px solid var(--line);border-radius:.5rem}
code{font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9em}
pre code{font:inherit}
.details ul{padding-left:1.25rem}
.details li+li{margin-top:.25rem}
footer{padding-top:3rem;padding-bottom:3rem;font-size:.8125rem;color:var(--muted)}
@media (max-width:40rem){dl>div{grid-template-columns:minmax(0,1fr)}th,td{padding-left:.5rem;padding-right:.5rem}}
@page{margin:15mm}
@media print{
:root{--paper:#fff;--surface:#fff;--line:#bbb;--ink:#000;--muted:#333;--warn:#000;--warn-paper:#fff;--warn-line:#000;color-scheme:light;font-size:10pt}
main,footer{max-width:none;padding:0}
.verdict .first{font-size:16pt}
h2{margin-top:18pt}
h2,h3,.how{break-after:avoid}
figure,table,tr,.banner,.scroll,dl>div,li,pre,.details ul{break-inside:avoid}
dl>div:first-child{break-after:avoid}
dl>div:last-child,footer{break-before:avoid}
footer{padding-top:12pt;padding-bottom:0}
.scroll{overflow:visible;border:0;border-radius:0}
table{font-size:8pt}
caption,th:first-child,td:first-child{padding-left:0}
caption span{position:static;max-width:none}
th,td{padding:2pt 4pt}
tbody th{position:static;white-space:normal}
.plots{display:block}
figure{margin-bottom:14pt}
/* Two on a page of A4 or Letter, and never one that is higher than a page. */
figure svg{min-width:0;max-width:130mm;max-height:215mm}
pre{border-color:#bbb;border-radius:0}
.details{max-width:none}
p,li,dd{orphans:3;widows:3}
}
`)
