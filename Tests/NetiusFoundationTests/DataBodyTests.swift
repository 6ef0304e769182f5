import FoundationEssentials
import NetiusFoundation
import NetiusHTTP
import Testing

struct DataBodyTests {
    @Test func dataBecomesContent() {
        _ = HTTPResponse(status: .ok, body: .data(Data([1, 2, 3])))
    }
}
