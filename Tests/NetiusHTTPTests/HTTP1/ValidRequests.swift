/// Requests that are read without an error, by what is special about them.
enum ValidRequests {
    static let all: [String] = heads + bodies

    static let heads = [
        // RFC 9112 §2.1, §3.
        "GET /hello.txt HTTP/1.1\r\nUser-Agent: curl/7.64.1\r\nHost: www.example.com\r\nAccept-Language: en, mi\r\n\r\n",
        "GET /where?q=now HTTP/1.1\r\nHost: www.example.org\r\n\r\n",
        "GET http://www.example.org/pub/WWW/TheProject.html HTTP/1.1\r\nHost: www.example.org\r\n\r\n",
        "GET HTTP://www.Example.org?a=/b HTTP/1.1\r\nHost: other\r\n\r\n",
        "CONNECT www.example.com:80 HTTP/1.1\r\nHost: www.example.com\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: www.example.org\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n",
        "OPTIONS http://www.example.org:8001 HTTP/1.1\r\nHost: www.example.org:8001\r\n\r\n",
        // What is merely unusual.
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "HEAD / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n",
        "GET / HTTP/1.1\r\nhOsT:a:\r\nX: \r\nY:\r\nZ:\t a\tb c \t\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [2001:db8::1]:8080\r\nConnection: close, TE\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a%20b\r\nX: \u{80}\u{FF}\r\n!#$%&'*+-.^_`|~09: v\r\n\r\n",
        "GET //a/../b?c=%00&d={e}|\"f\" HTTP/1.1\r\nHost: a_b.c\r\nCookie: a=b\r\nCookie: c=d\r\n\r\n",
        "BREW /pot HTTP/1.1\r\nHost: a\r\nConnection: upgrade, keep-alive\r\nUpgrade: hot/1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
            + "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n\r\n",
    ]

    static let bodies = [
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world",
        "POST / HTTP/1.0\r\nContent-Length: 00005\r\n\r\nhello",
        "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\ncontent-length: 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "000000000000000A;a;b=c ; d = \"e\\\"\t;\"\r\n0123456789\r\n00 ;last\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: Digest\r\n\r\n"
            + "1\r\na\r\n0\r\nDigest: x=y\r\nCookie: no\r\nX-Sum:1\r\n\r\n",
    ]
}
