import Testing

@testable import NetiusHTTP

@Suite("Compressible media types")
struct CompressibleMediaTypesTests {
    @Test(
        "The standard ones are text and what is made of it",
        arguments: [
            "text/plain", "text/html; charset=utf-8", "TEXT/CSS", "application/json", "application/JSON;charset=x",
            "application/problem+json", "image/svg+xml", "application/atom+xml ; type=feed", "application/javascript",
            "application/wasm", "font/ttf", "text/event-stream", " text/plain ", "application/x-www-form-urlencoded",
        ])
    func compressible(type: String) {
        #expect(CompressibleMediaTypes.standard.contains(type))
    }

    @Test(
        "All others are left as they are",
        arguments: [
            "", "text", "text/", ";text/plain", "image/png", "image/jpeg", "video/mp4", "application/zip", "font/woff2",
            "application/octet-stream", "application/gzip", "+json", "json", "application/jsonp", "textual/plain",
            "multipart/byteranges; boundary=\"text/plain\"", "application/pdf; name=a+json",
        ])
    func incompressible(type: String) {
        let isBareTopLevel = type == "text/"
        #expect(CompressibleMediaTypes.standard.contains(type) == isBareTopLevel)
    }

    @Test("Patterns of one's own are types, top-level types, suffixes, or everything")
    func patterns() {
        let types: CompressibleMediaTypes = ["Image/PNG", "model/*", "+cbor"]
        for type in ["image/png", "model/gltf", "application/x+cbor"] { #expect(types.contains(type)) }
        for type in ["image/pngs", "image/pn", "models/x", "model", "text/plain", "+cbor"] {
            #expect(!types.contains(type))
        }
        #expect(CompressibleMediaTypes(["*/*"]).contains("a/b"))
        #expect(!CompressibleMediaTypes(["*/*"]).contains(""))
        #expect(!CompressibleMediaTypes([]).contains("text/plain"))
        #expect(!CompressibleMediaTypes([""]).contains("text/plain"))
    }
}
