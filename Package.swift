// swift-tools-version: 6.1
import PackageDescription

/// Arrows run downwards only: `chainwalk` sees every room, `Wire` sees none.
let package = Package(
  name: "chainwalk",
  products: [
    .executable(name: "chainwalk", targets: ["chainwalk"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CLibEdit", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),
    .systemLibrary(name: "CMessageDigest", pkgConfig: "libmd", providers: [.apt(["libmd-dev"])]),
    .target(name: "CEdit", dependencies: ["CLibEdit"]),
    .target(name: "Wire"),
    .target(name: "Capture", dependencies: ["Wire"]),
    .target(name: "Netfilter", dependencies: ["Wire"]),
    .target(name: "Terminal", dependencies: ["Wire", "CEdit"]),
    .target(
      name: "Simulation",
      dependencies: ["Netfilter", "Capture", "CMessageDigest", .product(name: "Yams", package: "Yams")]),
    .target(name: "KernelJudge", dependencies: ["Simulation"]),
    .target(
      name: "Tutor",
      dependencies: ["Simulation", "Terminal", .product(name: "Yams", package: "Yams")]),
    .executableTarget(
      name: "chainwalk",
      dependencies: [
        "Wire", "Capture", "Netfilter", "Simulation", "KernelJudge", "Terminal", "Tutor",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(name: "Benchmarks"),
    .testTarget(name: "WireTests", dependencies: ["Wire"]),
    .testTarget(name: "CaptureTests", dependencies: ["Capture"], resources: [.copy("Resources")]),
    .testTarget(name: "NetfilterTests", dependencies: ["Netfilter"], resources: [.copy("Resources")]),
    .testTarget(name: "SimulationTests", dependencies: ["Simulation"], resources: [.copy("Resources")]),
    .testTarget(name: "TerminalTests", dependencies: ["Terminal"]),
    .testTarget(name: "TutorTests", dependencies: ["Wire", "Capture", "Netfilter", "Simulation", "Tutor"]),
    .testTarget(
      name: "ChainwalkTests", dependencies: ["chainwalk"],
      resources: [.copy("Resources")]),
  ],
  swiftLanguageModes: [.v6]
)
