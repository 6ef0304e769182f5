import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("How a connection begins")
struct HTTP2OpeningTests {
    @Test("A server wants the preface, octet by octet")
    func preface() {
        let preface = octets("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        for index in preface.indices {
            var wrong = preface
            wrong[index] ^= 0x20
            var probe = CoreProbe(.server, isFresh: true)
            probe.feed(Array(wrong.prefix(index)))
            #expect(probe.error == nil)
            probe.feed([wrong[index]])
            #expect(probe.error?.code == .protocolError)
        }
    }

    @Test("The first frame is SETTINGS, and no acknowledgement", arguments: [HTTP2Connection.Role.server, .client])
    func settingsFirst(role: HTTP2Connection.Role) {
        let preface = CoreProbe.opening(of: role).dropLast(9)
        let frames = [
            PlainFrame(.settings, .acknowledgement, stream: 0), .headers([], stream: 1), .windowUpdate(1, stream: 0),
            PlainFrame(.ping, stream: 0, [UInt8](repeating: 0, count: 8)), PlainFrame(HTTP2FrameKind(rawValue: 99)),
        ]
        for frame in frames {
            var probe = CoreProbe(role, isFresh: true)
            probe.feed(Array(preface))
            #expect(probe.connection.isWithinHead)
            probe.feed(frame)
            #expect(probe.error?.code == .protocolError)
        }
        var probe = CoreProbe(role, isFresh: true)
        probe.feed(Array(preface) + PlainFrame.settings().octets)
        #expect(probe.error == nil)
        #expect(probe.seen == [.settings])
        #expect(!probe.connection.isWithinHead)
    }

    @Test("A server says what it allows, and makes the connection's window as large as it is to be")
    func serverBegins() {
        var limits = HTTP2Limits()
        limits.concurrentStreams = 7
        limits.headerListSize = 1000
        var probe = CoreProbe(.server, limits: limits, isFresh: true, allowsExtendedConnect: true)
        #expect(
            probe.sent() == [
                .settings([
                    (.maximumConcurrentStreams, 7), (.noRFC7540Priorities, 1), (.enableConnectProtocol, 1),
                    (.maximumHeaderListSize, 1000),
                ]), .windowUpdate(UInt32(1024 * 1024 - 65_535), stream: 0),
            ])
    }

    @Test("A client sends the preface, and refuses push")
    func clientBegins() {
        var limits = HTTP2Limits()
        limits.connectionWindow = 65_535
        limits.headerTableSize = 0
        limits.streamWindow = 100
        limits.frameSize = 20_000
        let probe = CoreProbe(.client, limits: limits, isFresh: true)
        let sent = probe.output.bytes
        #expect(sent.prefix(24).elementsEqual("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8))
        #expect(
            PlainFrame.all(in: Array(sent.dropFirst(24))) == [
                .settings([
                    (.enablePush, 0), (.headerTableSize, 0), (.initialWindowSize, 100), (.maximumFrameSize, 20_000),
                    (.maximumHeaderListSize, 32_768),
                ])
            ])
    }

    @Test("Limits that cannot be said are said as the nearest that can")
    func oddLimits() {
        var limits = HTTP2Limits()
        limits.concurrentStreams = -1
        limits.headerListSize = .max
        limits.headerTableSize = -5
        limits.streamWindow = .max
        limits.connectionWindow = .max
        limits.frameSize = .max
        var probe = CoreProbe(.server, limits: limits, isFresh: true)
        #expect(
            probe.sent() == [
                .settings([
                    (.maximumConcurrentStreams, 0), (.noRFC7540Priorities, 1), (.headerTableSize, 0),
                    (.initialWindowSize, 0x7FFF_FFFF), (.maximumFrameSize, 0xFF_FFFF), (.maximumHeaderListSize, .max),
                ]), .windowUpdate(UInt32(0x7FFF_FFFF - 65_535), stream: 0),
            ])
    }

    @Test("Settings are acknowledged, acknowledgements are not")
    func acknowledges() {
        var probe = CoreProbe(.server)
        probe.feed(.settings([(.maximumConcurrentStreams, 3), (HTTP2SettingIdentifier(rawValue: 0xF0), 9 as UInt32)]))
        #expect(probe.seen == [.settings])
        #expect(probe.sent() == [PlainFrame(.settings, .acknowledgement)])
        probe.forget()
        probe.feed(PlainFrame(.settings, .acknowledgement))
        #expect(probe.seen == [])
        #expect(probe.sent() == [])
        #expect(probe.connection.peer.maximumConcurrentStreams == 3)
    }

    @Test(
        "Wrong settings end the connection with the code of RFC 9113 §6.5.2",
        arguments: [
            (HTTP2SettingIdentifier.enablePush, 2, HTTP2ErrorCode.protocolError),
            (.initialWindowSize, 0x8000_0000, .flowControlError), (.maximumFrameSize, 16_383, .protocolError),
            (.maximumFrameSize, 16_777_216, .protocolError), (.enableConnectProtocol, 2, .protocolError),
            (.noRFC7540Priorities, 1, .protocolError),
        ] as [(HTTP2SettingIdentifier, UInt32, HTTP2ErrorCode)])
    func wrongSettings(identifier: HTTP2SettingIdentifier, value: UInt32, code: HTTP2ErrorCode) {
        var probe = CoreProbe(.server)
        probe.feed(.settings([(identifier, value)]))
        #expect(probe.error?.code == code)
    }

    @Test("A server does not allow push, whatever it is asked")
    func push() {
        var client = CoreProbe(.client)
        client.feed(.settings([(.enablePush, 0)]))
        #expect(client.error == nil)
        client.feed(.settings([(.enablePush, 1)]))
        #expect(client.error?.code == .protocolError)
        var server = CoreProbe(.server)
        server.feed(.settings([(.enablePush, 1)]))
        #expect(server.error == nil)
    }

    @Test("The header table is as small as the smallest size of several that came at once")
    func tableSizes() {
        var probe = CoreProbe(.client)
        _ = probe.open([("x-name", "value")])
        probe.forget()
        probe.feed(.settings([(.headerTableSize, 0), (.headerTableSize, 100)]))
        _ = probe.sent()
        _ = probe.open([("x-name", "value")])
        // Two size updates, and then the field anew: 0x20 for 0, 0x3F 0x45 for 100.
        let block = probe.sent()?.first?.payload ?? []
        #expect(Array(block.prefix(3)) == [0x20, 0x3F, 0x45])
        #expect(block.count > 8)
    }

    @Test("Our smaller header table holds once the peer has acknowledged it")
    func ownTable() {
        var limits = HTTP2Limits()
        limits.headerTableSize = 0
        var probe = CoreProbe(.server, limits: limits, isFresh: true)
        // A field that is put into the table, and taken from there.
        let insertion: [UInt8] = [0x40, 1, UInt8(ascii: "a"), 1, UInt8(ascii: "b")]
        probe.feed(CoreProbe.opening(of: .server))
        probe.feed(PlainFrame(.headers, .endHeaders, stream: 1, insertion + [0xBE]))
        #expect(probe.seen == [.settings, .head(1, ["a: b", "a: b"])])
        probe.feed(PlainFrame(.settings, .acknowledgement))
        var stale = probe
        stale.feed(PlainFrame(.headers, .endHeaders, stream: 3, [0xBE]))
        #expect(stale.error?.code == .compressionError)
        probe.feed(PlainFrame(.headers, .endHeaders, stream: 3, [0x20] + insertion))
        #expect(probe.seen.last == .head(3, ["a: b"]))
        #expect(probe.error == nil)
    }
}
