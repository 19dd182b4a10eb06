// The protocol's maxima and close codes as far as the agent's skeleton needs them. The source is
// src/guest-bridge/protocol/limits.ts; the golden vectors hold both to it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace xpane {

constexpr size_t mostControlBytes = 64 * 1024;
constexpr size_t mostUnprovenBytes = 1024;
constexpr int mostCoordinatePx = 32767;
constexpr size_t mostApplications = 2048;
constexpr size_t mostFolderDepth = 8;
constexpr size_t mostPathLength = 1024;
constexpr size_t mostNameLength = 256;
constexpr size_t mostLogLength = 1024;
constexpr size_t mostLogPartLength = 8192;
constexpr size_t mostLogTailLength = 256 * 1024;
constexpr size_t mostSystemLength = 64;
constexpr size_t mostTypedLength = 64;
constexpr size_t mostTooltipLength = 128;
constexpr size_t mostBalloonTitleLength = 64;
constexpr size_t mostBalloonTextLength = 256;
constexpr int mostButtonGapMs = 60000;
constexpr size_t mostDocuments = 1024;
constexpr size_t mostDocumentFiles = 16384;
constexpr size_t mostDocumentDepth = 8;
constexpr size_t mostFileNameLength = 255;
constexpr size_t mostDroppedFiles = 64;
constexpr int64_t mostFileBytes = int64_t{1} << 40;
constexpr size_t mostExtensions = 128, mostExtensionLength = 16;
constexpr size_t mostTransfers = 8;
constexpr size_t mostChunkBytes = 256 * 1024;
// The least, and what a clipboard's content has; the most that a host may agree on for files.
constexpr int64_t transferWindowBytes = 2 * 1024 * 1024, mostTransferWindowBytes = 16 * 1024 * 1024;
constexpr int64_t mostClipboardBytes = 64 * 1024 * 1024;
constexpr size_t mostClipboardRequests = 4;
constexpr size_t mostCopiedFiles = 1000;
constexpr size_t mostPrinters = 16;
constexpr size_t mostPrinterNameLength = 64;
constexpr size_t mostPrintJobs = 64;
constexpr size_t mostPrintTitleLength = 255;
constexpr int64_t mostPrintBytes = 256 * 1024 * 1024;
constexpr int64_t earliestUnixMs = 946684800000, latestUnixMs = 4102444799999;  // 2000 to 2099

constexpr size_t mostLoans = 256;
constexpr size_t mostLoanKinds = 64;

namespace closeCode {
constexpr uint16_t goodbye = 1000;
constexpr uint16_t violation = 4400;
constexpr uint16_t notProven = 4401;
constexpr uint16_t version = 4406;
constexpr uint16_t timeout = 4408;
constexpr uint16_t replaced = 4409;
constexpr uint16_t notKept = 4410;
}  // namespace closeCode

constexpr int protocolMajor = 1;
constexpr int protocolMinor = 0;
constexpr char subprotocol[] = "xpane.1";

}  // namespace xpane
