import Hummingbird
import Logging
import NIOPosix

/// `hummingbird PORT LOOPS`: Hummingbird 2 as its documentation shows it, with a router of one route.
let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
guard numbers.count == 2 else { fatalError("usage: hummingbird PORT LOOPS") }

let router = Router()
router.get("/") { _, _ in "Hello World" }

var logger = Logger(label: "hummingbird")
logger.logLevel = .error

let application = Application(
    router: router,
    configuration: .init(address: .hostname("127.0.0.1", port: numbers[0]), backlog: 4096),
    eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: numbers[1])),
    logger: logger
)
try await application.runService()
