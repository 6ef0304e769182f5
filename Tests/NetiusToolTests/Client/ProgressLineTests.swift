import Netius
import NetiusHTTP
import Testing

@testable import NetiusTool

@Suite("The progress of a download") struct ProgressLineTests {
    private static let mebibyte = 1 << 20

    private func text(
        _ received: Int, of total: Int?, after elapsed: Duration, from start: Int = 0, width: Int = 100
    )
        -> String
    {
        ProgressLine(start: start, received: received, total: total, elapsed: elapsed).text(width: width)
    }

    @Test("It has the share, a bar, the bytes, the rate and the time left")
    func line() {
        #expect(
            text(25 * Self.mebibyte, of: 100 * Self.mebibyte, after: .seconds(5))
                == " 25.0% [=========>                              ]  25.0 MiB of 100.0 MiB  5.0 MiB/s  0:15 left")
        #expect(
            text(100 * Self.mebibyte, of: 100 * Self.mebibyte, after: .seconds(65))
                == "100.0% [========================================]  100.0 MiB of 100.0 MiB  1.5 MiB/s  1:05")
    }

    @Test("Without a total it has the bytes, the rate and the time")
    func noTotal() {
        #expect(text(1536, of: nil, after: .seconds(3)) == "1.5 KiB  512 B/s  0:03")
        #expect(text(0, of: 0, after: .zero) == "0 B  0 B/s  0:00")
    }

    @Test("What was there before counts for the share, and not for the rate")
    func resumed() {
        let line = text(75, of: 100, after: .seconds(5), from: 50)
        #expect(line.hasPrefix(" 75.0% [") && line.hasSuffix("]  75 B of 100 B  5 B/s  0:05 left"))
    }

    @Test("100 % is for what is complete, and no time is foretold from nothing")
    func edges() {
        #expect(text(99_999_999, of: 100_000_000, after: .seconds(1)).hasPrefix(" 99.9%"))
        #expect(text(0, of: 100, after: .zero).hasSuffix("-:-- left"))
        #expect(text(10, of: 100, after: .seconds(1), from: 10).hasSuffix("-:-- left"))
        // More than was announced.
        #expect(text(200, of: 100, after: .seconds(1)).hasPrefix("100.0%"))
    }

    @Test("It is never wider than the terminal, whatever the numbers")
    func widths() {
        for width in [0, 1, 5, 20, 40, 60, 79, 80, 200] {
            for (received, total) in [(0, 1), (5, 10), (Int.max, Int.max), (1, nil), (Int.max, nil), (3, Int.max)] {
                for elapsed in [Duration.zero, .nanoseconds(1), .seconds(1), .seconds(Int64.max / 2)] {
                    #expect(text(received, of: total, after: elapsed, width: width).count <= width)
                }
            }
        }
        #expect(!text(1, of: 2, after: .seconds(1), width: 40).contains("["))
    }

    @Test("The bar grows with the share, from nothing to its whole length")
    func bar() {
        var last = 0
        for percent in 0...100 {
            let line = text(percent, of: 100, after: .seconds(1))
            let filled = line.count { $0 == "=" || $0 == ">" }
            #expect(filled >= last && (percent > 0 || filled == 0))
            last = filled
        }
        #expect(last == 40)
    }

    @Test(
        "Amounts are rounded for people",
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1_048_575, "1.0 MiB"), (1_048_576, "1.0 MiB"),
            (Int.max, "8.0 EiB"), (-5, "0 B"),
        ])
    func bytes(count: Int, text: String) {
        #expect(AmountText.bytes(count) == text)
    }

    @Test("Times are written with as many digits as they need")
    func times() {
        #expect(AmountText.clock(.seconds(3599)) == "59:59")
        #expect(AmountText.clock(.seconds(3600 + 62)) == "1:01:02")
        #expect(AmountText.clock(.seconds(-1)) == "0:00")
        #expect(AmountText.milliseconds(.microseconds(1250)) == "1.3 ms")
        #expect(AmountText.seconds(.milliseconds(1005)) == "1.005 s")
    }

    @Test("A meter shows at most ten lines in a second, and at the end the last state")
    func meter() {
        let shown = Guarded<[String]>([])
        let start = MonotonicTime(nanoseconds: 1_000_000_000)
        var meter = ProgressMeter(start: 0, total: 1000, width: 80, now: start) { text in
            shown.withLock { $0.append(text) }
        }
        for step in 1...1000 { meter.add(1, now: start + .milliseconds(step)) }
        let lines = shown.withLock { $0 }
        #expect(lines.count == 10)
        #expect(lines.allSatisfy { $0.hasPrefix("\r") && $0.hasSuffix("\u{1B}[K") && !$0.contains("\n") })
        #expect(lines[0].contains(" 10.0% "))
        meter.end(now: start + .seconds(1))
        let end = shown.withLock { $0 }.suffix(2)
        #expect(end.first?.contains("100.0% ") == true && end.last == "\n")
    }

    @Test("The parts of a transfer have a line each, also those that were not needed")
    func timing() {
        let start = MonotonicTime(nanoseconds: 0)
        let timing = TransferTiming(now: start)
        timing.note(.connecting, .began, now: start)
        timing.note(.connecting, .ended, now: start + .milliseconds(2))
        timing.note(.awaiting, .began, now: start + .milliseconds(3))
        timing.note(.awaiting, .ended, now: start + .milliseconds(5))
        // A second one, after a redirect.
        timing.note(.awaiting, .began, now: start + .milliseconds(5))
        timing.note(.awaiting, .ended, now: start + .milliseconds(9))
        timing.end(now: start + .milliseconds(20))
        timing.end(now: start + .milliseconds(30))
        #expect(
            timing.text == """
                dns                    -
                connect           2.0 ms
                tls                    -
                first byte        6.0 ms
                body             11.0 ms
                total            20.0 ms

                """)
    }
}
