#include "urls/link-relay.h"

#include <nlohmann/json.hpp>

#include "process/exit-codes.h"
#include "protocol/encode.h"
#include "urls/handlers.h"
#include "urls/own-browser.h"
#include "urls/safe-url.h"

namespace xpane {
namespace {

constexpr HandOverKind links = {"links", L"XPaneAgentLinks", 0x4c4e4b31 /* "LNK1" */, mostUrlLength};

}  // namespace

LinkRelay::LinkRelay(Outbox& host, Log& log)
    : host_(host), log_(log), handOver_(links, [this](const std::string& url) { return take(url); }, log) {}

void LinkRelay::handle(const LinkHandling& handling) {
    wanted_ = handling.fromGuest;
    takeLinks(wanted_, log_);
}

bool LinkRelay::take(const std::string& url) {
    if (!wanted_ || !isSafeUrl(url)) return false;
    // Taken all the same: opening them here would be the same flood.
    if (handOver_.isTooMany()) return true;
    host_.control(openUrlMessage(url));
    return true;
}

unsigned handLinkOver(const std::string& asked) {
    const auto url = safeUrlOf(asked);
    if (!url) return wrongSetUp;
    if (agentTakes(links, *url)) return endedByDesign;
    return openInGuest(*url).systemError == 0 ? endedByDesign : cannotOpenLink;
}

}  // namespace xpane
