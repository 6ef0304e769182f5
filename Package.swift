// swift-tools-version: 6.2
import PackageDescription

/// `NETIUS_KQUEUE=1` builds the kqueue poller on Linux too, over an emulation, so that it can be tested there.
let withKqueue = Context.environment["NETIUS_KQUEUE"] == "1"

let testSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// Tests may reach for unsafe pointers freely; the sources say where they do.
let settings: [SwiftSetting] = testSettings + [.strictMemorySafety()]

/// Small programs, built with nothing but a newcomer's settings: `Examples/run` runs them all.
let examples = [
    "Client", "ComposeMail", "Connections", "Echo", "Guestbook", "Hello", "Lookup", "MailRelay", "MailServer",
    "Multiplexing", "Routing", "Secure", "SendMail", "Service", "StartTLS", "Streaming", "UDPEcho",
].map { name in
    Target.executableTarget(
        name: name, dependencies: ["Netius", "NetiusDNS", "NetiusFoundation", "NetiusHTTP", "NetiusMail"],
        path: "Examples/\(name)")
}

let kqueueSettings: [SwiftSetting] = withKqueue ? [.define("NETIUS_KQUEUE")] : []

let package = Package(
    name: "netius",
    platforms: [.macOS("26.0")],
    products: [
        .library(name: "Netius", targets: ["Netius"]),
        .library(name: "NetiusHTTP", targets: ["NetiusHTTP"]),
        .library(name: "NetiusDNS", targets: ["NetiusDNS"]),
        .library(name: "NetiusMail", targets: ["NetiusMail"]),
        .library(name: "NetiusFoundation", targets: ["NetiusFoundation"]),
        .executable(name: "netius", targets: ["NetiusTool"]),
    ],
    targets: [
        .target(name: "CNetius"),
        .target(
            name: "Netius",
            dependencies: [
                "CNetius", "COpenSSL", .target(name: "CCrypt", condition: .when(platforms: [.linux])),
            ] + (withKqueue ? ["CKqueue"] : []),
            swiftSettings: settings + kqueueSettings
        ),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .yum(["zlib-devel"])]),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"]), .yum(["openssl-devel"])]),
        // Darwin's crypt(3) is in its C library, and knows only what is too weak to be accepted.
        .systemLibrary(
            name: "CCrypt", pkgConfig: "libcrypt", providers: [.apt(["libcrypt-dev"]), .yum(["libxcrypt-devel"])]),
        .target(name: "NetiusHTTP", dependencies: ["Netius", "COpenSSL", "CZlib"], swiftSettings: settings),
        .target(name: "NetiusDNS", dependencies: ["Netius"], swiftSettings: settings),
        .target(
            name: "NetiusMail", dependencies: ["Netius", "NetiusDNS", "NetiusHTTP", "COpenSSL"], swiftSettings: settings
        ),
        .target(name: "NetiusFoundation", dependencies: ["NetiusHTTP"], swiftSettings: settings),
        .executableTarget(
            name: "NetiusTool", dependencies: ["Netius", "NetiusDNS", "NetiusHTTP", "NetiusMail"],
            swiftSettings: settings),
        .target(
            name: "TestSupport", dependencies: ["Netius", "NetiusDNS"], path: "Tests/Support",
            swiftSettings: testSettings),
        .testTarget(
            name: "NetiusTests", dependencies: ["Netius", "TestSupport"], swiftSettings: testSettings + kqueueSettings),
        .testTarget(name: "NetiusHTTPTests", dependencies: ["NetiusHTTP", "TestSupport"], swiftSettings: testSettings),
        .testTarget(name: "NetiusDNSTests", dependencies: ["NetiusDNS", "TestSupport"], swiftSettings: testSettings),
        .testTarget(name: "NetiusMailTests", dependencies: ["NetiusMail", "TestSupport"], swiftSettings: testSettings),
        .testTarget(name: "NetiusFoundationTests", dependencies: ["NetiusFoundation"], swiftSettings: testSettings),
        .testTarget(name: "NetiusToolTests", dependencies: ["NetiusTool"], swiftSettings: testSettings),
        // What suites of the benchmarks measure; nobody else needs them.
        .executableTarget(
            name: "RoutingBenchmark", dependencies: ["Netius", "NetiusHTTP"], path: "Tests/Benchmarks/Routing"),
        .executableTarget(
            name: "ClientBenchmark", dependencies: ["Netius", "NetiusHTTP"], path: "Tests/Benchmarks/Client"),
    ] + examples
        + (withKqueue ? [.target(name: "CKqueue", path: "Tests/CKqueue")] : [])
)
