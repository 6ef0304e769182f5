import Testing

@testable import NetiusHTTP

@Suite("Vary")
struct HTTPFieldsVaryTests {
    @Test(
        "A name is added to what is there, unless that has it, or is everything",
        arguments: [
            ([], "Origin"), ([""], "Origin"), (["Accept"], "Accept, Origin"), (["origin"], "origin"),
            (["Accept, ORIGIN , Cookie"], "Accept, ORIGIN , Cookie"), (["*"], "*"),
            (["Accept", "Origin"], "Accept, Origin"), (["Accept", "Cookie"], "Accept, Cookie, Origin"),
            (["X-Origin"], "X-Origin, Origin"), (["Origins"], "Origins, Origin"),
        ])
    func vary(present: [String], expected: String) {
        var fields = HTTPFields()
        fields[values: .vary] = present
        fields.vary(on: .origin)
        #expect(fields[.vary] == expected)
        let once = fields
        fields.vary(on: .origin)
        #expect(fields == once)
    }
}
