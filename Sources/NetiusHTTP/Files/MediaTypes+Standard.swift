extension MediaTypes {
    /// A line for each type: the type, and its extensions.
    static let standardTable = """
        text/html html htm shtml
        text/css css
        text/javascript js mjs cjs
        text/plain txt text log conf cfg ini asc diff patch
        text/markdown md markdown
        text/csv csv
        text/tab-separated-values tsv
        text/calendar ics ifb
        text/vcard vcf vcard
        text/vtt vtt
        text/x-component htc
        text/x-c c h cc cpp cxx hh hpp
        text/x-java-source java
        text/x-python py
        text/x-swift swift
        text/x-rust rs
        text/x-go go
        text/x-lua lua
        text/x-perl pl pm
        text/x-ruby rb
        text/x-scss scss
        text/x-sass sass
        text/jsx jsx tsx
        text/cache-manifest appcache
        text/troff man me ms roff
        text/xml xsl
        text/x-toml toml
        application/json json map
        application/manifest+json webmanifest
        application/ld+json jsonld
        application/geo+json geojson
        application/x-ndjson ndjson jsonl
        application/schema+json jsonschema
        application/yaml yaml yml
        application/xml xml xsd rng
        application/xhtml+xml xhtml xht
        application/rss+xml rss
        application/atom+xml atom
        application/xslt+xml xslt
        application/mathml+xml mathml
        application/gpx+xml gpx
        application/vnd.google-earth.kml+xml kml
        application/vnd.google-earth.kmz kmz
        application/wasm wasm
        application/pdf pdf
        application/postscript ps eps ai
        application/rtf rtf
        application/epub+zip epub
        application/zip zip
        application/gzip gz tgz
        application/x-bzip2 bz2 tbz2
        application/x-xz xz txz
        application/zstd zst
        application/x-brotli br
        application/x-tar tar
        application/x-7z-compressed 7z
        application/vnd.rar rar
        application/java-archive jar war ear
        application/vnd.android.package-archive apk
        application/vnd.debian.binary-package deb udeb
        application/x-rpm rpm
        application/x-apple-diskimage dmg
        application/x-iso9660-image iso
        application/x-msi msi
        application/x-bittorrent torrent
        application/x-sh sh bash
        application/sql sql
        application/x-sqlite3 sqlite sqlite3
        application/x-x509-ca-cert crt cer der
        application/x-pem-file pem
        application/pkcs7-mime p7m p7c
        application/pgp-signature sig
        application/pgp-encrypted pgp
        application/vnd.apple.mpegurl m3u8
        application/dash+xml mpd
        application/ogg ogx
        application/msword doc dot
        application/vnd.ms-excel xls
        application/vnd.ms-powerpoint ppt
        application/vnd.ms-fontobject eot
        application/vnd.openxmlformats-officedocument.wordprocessingml.document docx
        application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx
        application/vnd.openxmlformats-officedocument.presentationml.presentation pptx
        application/vnd.oasis.opendocument.text odt
        application/vnd.oasis.opendocument.spreadsheet ods
        application/vnd.oasis.opendocument.presentation odp
        application/vnd.oasis.opendocument.graphics odg
        application/vnd.apache.parquet parquet
        application/x-hdf5 h5 hdf5
        application/octet-stream bin exe dll so dylib img dat
        font/woff woff
        font/woff2 woff2
        font/ttf ttf
        font/otf otf
        font/collection ttc
        image/png png
        image/apng apng
        image/jpeg jpg jpeg jpe jfif
        image/gif gif
        image/webp webp
        image/avif avif
        image/heic heic
        image/heif heif
        image/jxl jxl
        image/bmp bmp
        image/tiff tif tiff
        image/svg+xml svg
        image/x-icon ico cur
        image/vnd.adobe.photoshop psd
        audio/mpeg mp3
        audio/mp4 m4a
        audio/aac aac
        audio/ogg ogg oga opus
        audio/flac flac
        audio/wav wav
        audio/webm weba
        audio/midi mid midi
        audio/mpegurl m3u
        audio/aiff aif aiff
        video/mp4 mp4 m4v mp4v
        video/webm webm
        video/ogg ogv
        video/quicktime mov qt
        video/mpeg mpeg mpg mpe
        video/mp2t ts m2ts
        video/x-matroska mkv
        video/x-msvideo avi
        video/x-ms-wmv wmv
        video/x-flv flv
        video/3gpp 3gp
        model/gltf+json gltf
        model/gltf-binary glb
        model/stl stl
        model/obj obj
        """
}
