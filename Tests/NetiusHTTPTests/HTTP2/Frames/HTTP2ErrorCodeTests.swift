import Testing

@testable import NetiusHTTP

@Suite("Error codes of HTTP/2")
struct HTTP2ErrorCodeTests {
    @Test(
        "Have the RFC's numbers and names",
        arguments: [
            (HTTP2ErrorCode.noError, 0x00, "NO_ERROR"), (.protocolError, 0x01, "PROTOCOL_ERROR"),
            (.internalError, 0x02, "INTERNAL_ERROR"), (.flowControlError, 0x03, "FLOW_CONTROL_ERROR"),
            (.settingsTimeout, 0x04, "SETTINGS_TIMEOUT"), (.streamClosed, 0x05, "STREAM_CLOSED"),
            (.frameSizeError, 0x06, "FRAME_SIZE_ERROR"), (.refusedStream, 0x07, "REFUSED_STREAM"),
            (.cancel, 0x08, "CANCEL"), (.compressionError, 0x09, "COMPRESSION_ERROR"),
            (.connectError, 0x0A, "CONNECT_ERROR"), (.enhanceYourCalm, 0x0B, "ENHANCE_YOUR_CALM"),
            (.inadequateSecurity, 0x0C, "INADEQUATE_SECURITY"), (.http11Required, 0x0D, "HTTP_1_1_REQUIRED"),
        ])
    func names(code: HTTP2ErrorCode, number: UInt32, name: String) {
        #expect(code.rawValue == number)
        #expect(code.description == name)
        #expect(HTTP2ErrorCode(rawValue: number) == code)
    }

    @Test("Are shown as a number where the RFC has no name")
    func unknown() {
        #expect(HTTP2ErrorCode(rawValue: 0x0E).description == "0xe")
        #expect(HTTP2ErrorCode(rawValue: 0x1F).description == "0x1f")
        #expect(HTTP2ErrorCode(rawValue: .max).description == "0xffffffff")
    }

    @Test("An error that ends the connection is shown as its code and what was wrong")
    func error() {
        #expect("\(HTTP2Error(.protocolError, "DATA on stream 0"))" == "PROTOCOL_ERROR: DATA on stream 0")
    }
}
