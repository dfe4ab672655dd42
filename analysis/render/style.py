"""The look of the HTML page: prints well, readable in the dark, fits a phone."""

CSS = """
:root{color-scheme:light dark;--ink:#1b1b1f;--soft:#5a5a66;--line:#d4d4dc;
--paper:#fff;--tint:#f6f6f9;--warn:#8a3b00}
@media (prefers-color-scheme:dark){:root{--ink:#ececf1;--soft:#a9a9b6;--line:#3c3c48;
--paper:#16161b;--tint:#1f1f27;--warn:#ffb27a}}
body{font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;
color:var(--ink);background:var(--paper);max-width:62rem;margin:2rem auto;
padding:0 1.25rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .75rem}
h2{font-size:1.2rem;margin:2.5rem 0 .75rem;padding-top:1rem;
border-top:1px solid var(--line)}
p{max-width:46rem;margin:.5rem 0;overflow-wrap:anywhere}
sup{line-height:0}
.label{color:var(--warn)}
.note{color:var(--soft);font-size:.875rem}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;padding:0;
margin:0 0 1.5rem;font-size:.9rem}
a{color:inherit}
.scroll{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);padding-bottom:.5rem;max-width:46rem;
caption-side:top}
th,td{padding:.3rem .75rem;text-align:right;vertical-align:top;font-weight:400}
thead th{border-bottom:1.5px solid var(--ink);font-weight:600;vertical-align:bottom}
thead{border-top:2px solid var(--ink)}
tbody{border-bottom:2px solid var(--ink)}
th:first-child,.words{text-align:left}
tbody th{font-weight:400}
tr.average>*{border-top:1px solid var(--ink)}
.main .control{border-left:1px solid var(--line)}
.interval{display:block;color:var(--soft);font-size:.8em}
.words{max-width:30rem;overflow-wrap:break-word}
td.words:last-child:not(:empty){min-width:12rem}
td:not(.words){white-space:nowrap}
thead .words{overflow-wrap:normal}
tbody tr:hover{background:var(--tint)}
figure{margin:1.25rem 0;overflow-x:auto}
figure svg{width:100%;max-width:46rem;height:auto;border-radius:4px}
@media print{body{max-width:none;margin:0;font-size:10pt}nav{display:none}
table{font-size:8pt}th,td{padding:.15rem .35rem}
figure,tr{break-inside:avoid}h2,caption{break-after:avoid}}
""".strip().replace("\n", "")
