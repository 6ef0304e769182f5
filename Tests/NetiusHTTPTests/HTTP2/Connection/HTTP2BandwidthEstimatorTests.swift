import Testing

@testable import NetiusHTTP

@Suite("Windows that grow with bandwidth and delay")
struct HTTP2BandwidthEstimatorTests {
    @Test("One PING is under way at a time")
    func onePing() {
        var estimator = HTTP2BandwidthEstimator(window: 1000, maximum: 8000)
        #expect(estimator.received(100) == true)
        #expect(estimator.isMeasuring)
        for _ in 0..<100 { #expect(estimator.received(100) == false) }
        #expect(estimator.acknowledged() == 2000)
        #expect(!estimator.isMeasuring)
        #expect(estimator.received(1) == true)
    }

    @Test("An acknowledgement of no PING changes nothing")
    func unexpected() {
        var estimator = HTTP2BandwidthEstimator(window: 1000, maximum: 8000)
        #expect(estimator.acknowledged() == nil)
        #expect(estimator.received(5000) == true)
        #expect(estimator.acknowledged() == 2000)
        #expect(estimator.acknowledged() == nil)
        #expect(estimator.window == 2000)
    }

    @Test("Two thirds of the window are not enough, more are")
    func threshold() {
        var estimator = HTTP2BandwidthEstimator(window: 900, maximum: 8000)
        #expect(estimator.received(100) == true)
        #expect(estimator.received(500) == false)
        #expect(estimator.acknowledged() == nil)
        #expect(estimator.window == 900)
        while !estimator.received(1) {}
        #expect(estimator.received(600) == false)
        #expect(estimator.acknowledged() == 1800)
    }

    @Test("It doubles up to the maximum, and then asks no more", arguments: [8000, 7000, 5001])
    func maximum(_ maximum: Int) {
        var estimator = HTTP2BandwidthEstimator(window: 1000, maximum: maximum)
        var windows: [Int] = []
        for _ in 0..<10 {
            guard estimator.received(100_000) else { break }
            if let window = estimator.acknowledged() { windows.append(window) }
        }
        #expect(windows == [2000, 4000, maximum])
        for _ in 0..<1000 { #expect(estimator.received(1_000_000) == false) }
    }

    @Test("Where the window may not grow no PING is sent")
    func noRoom() {
        for maximum in [1000, 999, 0, -1] {
            var estimator = HTTP2BandwidthEstimator(window: 1000, maximum: maximum)
            #expect(estimator.received(1_000_000) == false)
            #expect(estimator.received(1_000_000) == false)
            #expect(estimator.window == 1000)
        }
    }

    @Test(
        "The window ends large enough for the connection, and not much larger",
        arguments: [
            // Octets in a millisecond, and milliseconds of a round trip.
            (100, 10), (1000, 10), (1000, 100), (10_000, 10), (10_000, 40), (100_000, 100), (50, 2),
        ])
    func grows(bandwidth: Int, delay: Int) {
        let maximum = 1024 * 1024
        let product = bandwidth * delay
        let path = SimulatedPath(bandwidth: bandwidth, delay: delay, window: 65_535, maximum: maximum)
        #expect(path.window <= maximum)
        // The first window, doubled four times, is a little less than the maximum.
        #expect(path.window >= min(16 * 65_535, product))
        #expect(path.window <= max(65_535, 4 * product + 4 * 16_384))
    }

    @Test("A slow connection does not send a PING for everything that comes")
    func fewPings() {
        var estimator = HTTP2BandwidthEstimator(window: 65_535, maximum: 1024 * 1024)
        var pings = 0
        for _ in 0..<65_536 where estimator.received(16_384) {
            pings += 1
            #expect(estimator.acknowledged() == nil)
        }
        // For a gigabyte.
        #expect(pings < 100)
        #expect(pings > 10)
    }
}

/// A peer that sends as much as the path and the window let it, for a while.
private struct SimulatedPath {
    let window: Int

    init(bandwidth: Int, delay: Int, window: Int, maximum: Int) {
        var estimator = HTTP2BandwidthEstimator(window: window, maximum: maximum)
        var receiver = HTTP2ReceiveWindow(size: window)
        var mayBeSent = window
        // What arrives in each of the next milliseconds, at the receiver and back at the peer.
        let ticks = 200 * delay
        var data = [Int](repeating: 0, count: ticks + 2 * delay)
        var updates = data
        var acknowledgements = [Bool](repeating: false, count: data.count)
        for tick in 0..<ticks {
            mayBeSent += updates[tick]
            let sent = min(bandwidth, mayBeSent)
            mayBeSent -= sent
            data[tick + delay / 2] += sent
            if acknowledgements[tick], let larger = estimator.acknowledged() {
                updates[tick + delay / 2] += receiver.grow(to: larger)
            }
            guard data[tick] > 0 else { continue }
            if estimator.received(data[tick]) { acknowledgements[tick + delay] = true }
            guard receiver.received(data[tick]) else {
                self.window = 0
                return
            }
            updates[tick + delay / 2 + 1] += receiver.consumed(data[tick])
        }
        self.window = estimator.window
    }
}
