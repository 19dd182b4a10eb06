#include "clipboard/clipboard.h"

#include <stdexcept>

#include "clipboard/clipboard-thread.h"
#include "protocol/encode-clipboard.h"
#include "win/thread.h"

namespace xpane {
namespace {

constexpr DWORD stopMs = 2000;

}  // namespace

Clipboard::Clipboard(Outbox& host, LoanTable& loans, Log& log)
    : host_(host),
      sender_(host),
      receiver_(host),
      stop_(CreateEventW(nullptr, TRUE, FALSE, nullptr)),
      thread_(startThread(
          [this, &loans, &log] { ClipboardThread(jobs_, answers_, words_, loans, stop_.get(), log).run(); })) {
    if (!thread_) throw std::runtime_error("no thread for the clipboard: error " + std::to_string(GetLastError()));
}

Clipboard::~Clipboard() {
    SetEvent(stop_.get());
    // A program that answers for ever too late holds the thread, which uses this object: rather end the whole process,
    // which is ending anyway.
    if (WaitForSingleObject(thread_.get(), stopMs) != WAIT_OBJECT_0) TerminateProcess(GetCurrentProcess(), 0);
}

void Clipboard::connected() {
    sender_.clear();
    receiver_.clear();
    lastOfferId_ = 0;
    connection_ = ++lastConnection_;
}

void Clipboard::disconnected() {
    connection_ = 0;
    sender_.clear();
    receiver_.clear();
    tellPasting();
}

std::string Clipboard::handle(const ClipboardCommand& command) {
    std::string violation = std::visit([this](const auto& one) { return take(one); }, command);
    tellPasting();
    return violation;
}

std::string Clipboard::receive(const TransferChunk& chunk) {
    std::string violation = receiver_.receive(chunk);
    if (receiver_.state() == ContentReceiver::State::waiting) answers_.post({pasteId_, false, std::nullopt});
    tellPasting();
    return violation;
}

std::string Clipboard::take(const ClipboardOffer& offer) {
    if (offer.offerId <= lastOfferId_) return "an offer that was there before";
    lastOfferId_ = offer.offerId;
    jobs_.post(TakeOffer{offer});
    return {};
}

std::string Clipboard::take(const ClipboardRequest& request) {
    std::string violation = sender_.requested(request);
    if (violation.empty()) jobs_.post(ReadContent{connection_, request});
    return violation;
}

std::string Clipboard::take(const ClipboardProgress& progress) {
    std::string violation = receiver_.receive(progress);
    if (receiver_.state() == ContentReceiver::State::waiting) answers_.post({pasteId_, false, std::nullopt});
    return violation;
}

void Clipboard::tick() {
    for (ClipboardWord& word : words_.take()) {
        std::visit([this](auto& one) { hear(one); }, word);
    }
    if (connection_ != 0) sender_.send();
}

void Clipboard::hear(GuestOffer& word) {
    if (connection_ != 0) host_.control(clipboardMessage(word.offer));
}

void Clipboard::hear(ContentRead& word) {
    if (connection_ == 0 || word.connection != connection_) return;
    if (word.content) sender_.give(word.requestId, std::move(*word.content));
    else sender_.refuse(word.requestId, word.reason);
}

void Clipboard::hear(ReadProgress& word) {
    if (connection_ != 0 && word.connection == connection_) sender_.tellProgress(word.requestId);
}

// What was offered over another connection the host knows nothing of.
void Clipboard::hear(ContentWanted& word) {
    pasteId_ = word.pasteId;
    if (connection_ == 0 || word.offerId != lastOfferId_) return answers_.post({pasteId_, true, std::nullopt});
    receiver_.ask(word.offerId, word.format);
}

void Clipboard::hear(ContentUnwanted&) {
    if (connection_ != 0) receiver_.giveUp();
}

void Clipboard::tellPasting() {
    if (receiver_.state() == ContentReceiver::State::whole) {
        answers_.post({pasteId_, true, receiver_.take()});
    } else if (receiver_.state() == ContentReceiver::State::refused) {
        receiver_.take();
        answers_.post({pasteId_, true, std::nullopt});
    }
}

}  // namespace xpane
