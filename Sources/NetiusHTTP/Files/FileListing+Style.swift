internal import Netius

extension FileListing {
    /// The one style sheet of a listing. Its hash is ``styleHash``: whoever changes one changes both.
    static let style = """

        :root{color-scheme:light dark;--text:#1c2024;--muted:#60646c;--line:#e4e6ea;--page:#f6f7f9;--card:#fff;\
        --hover:#f0f4fb;--link:#0b57d0;--folder:#d99a1c}
        @media(prefers-color-scheme:dark){:root{--text:#e6e8eb;--muted:#9ba1a9;--line:#2c3036;--page:#121417;\
        --card:#1a1d21;--hover:#22272e;--link:#8ab4f8;--folder:#e6b450}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--text);font:15px/1.45 system-ui,sans-serif}
        body>svg{position:absolute}
        main{max-width:64rem;margin:0 auto;padding:2rem 1.25rem}
        h1{margin:0 0 1.25rem;font-size:1.3rem;font-weight:600;line-height:1.35;overflow-wrap:anywhere}
        h1 span{color:var(--muted);font-weight:400}
        a{color:var(--link);text-decoration:none}
        a:hover{text-decoration:underline}
        a:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
        table{width:100%;border-collapse:separate;border-spacing:0;background:var(--card);border:1px solid var(--line);\
        border-radius:10px;overflow:hidden}
        th,td{padding:.55rem .9rem;text-align:start;vertical-align:top;border-bottom:1px solid var(--line)}
        tbody tr:last-child td{border-bottom:0}
        th{font-size:.8rem;font-weight:600;white-space:nowrap}
        th a{color:var(--muted)}
        th[aria-sort] a{color:var(--text)}
        th[aria-sort] a::after{content:" \\25B4"}
        th[aria-sort=descending] a::after{content:" \\25BE"}
        td{color:var(--muted);font-variant-numeric:tabular-nums;white-space:nowrap}
        tbody tr:hover td{background:var(--hover)}
        td:first-child{width:100%;white-space:normal;overflow-wrap:anywhere}
        td:first-child a{display:flex;gap:.6rem}
        th:nth-child(3),td:nth-child(3){text-align:end}
        svg{flex:none;width:1.15rem;height:1.45em;fill:none;stroke:var(--muted);stroke-width:1.4;\
        stroke-linejoin:round;stroke-linecap:round}
        svg.d{fill:var(--folder);stroke:var(--folder)}
        footer{margin:1rem .25rem 0;color:var(--muted);font-size:.85rem}
        @media(max-width:44rem){main{padding:1.25rem .75rem}th,td{padding:.6rem .55rem}\
        th:nth-child(4),td:nth-child(4){display:none}td:nth-child(n+2){font-size:.8rem}time span{display:none}}

        """

    /// The SHA-256 of ``style`` in Base64, by which a browser knows that the style sheet is ours.
    static let styleHash = "V0KTSkQfIx5lfut5aUhynN2rQxe0PoIcVkm/OqGNGyw="

    /// What a browser may do with a listing: nothing, but for its style sheet.
    static let contentSecurityPolicy = """
        default-src 'none'; style-src 'sha256-\(styleHash)'; base-uri 'none'; form-action 'none'; \
        frame-ancestors 'self'
        """
}
