#include "protocol/fields.h"

#include <algorithm>
#include <limits>

#include <nlohmann/json.hpp>

#include "crypto/hex.h"
#include "protocol/limits.h"

namespace xpane {

Fields::Fields(const nlohmann::json& object) : object_(object) {
    if (!object.is_object()) problem_ = "not an object";
}

const nlohmann::json* Fields::find(const char* name) {
    if (!problem_.empty()) return nullptr;
    const auto found = object_.find(name);
    if (found == object_.end()) {
        refuse(name);
        return nullptr;
    }
    ++taken_;
    return &*found;
}

bool Fields::has(const char* name) const { return problem_.empty() && object_.find(name) != object_.end(); }

void Fields::refuse(const char* name) {
    if (problem_.empty()) problem_ = std::string("field ") + name;
}

int64_t Fields::integer(const char* name, int64_t least, int64_t most) {
    const nlohmann::json* value = find(name);
    if (!value) return 0;
    // Above the signed range it is kept as unsigned, and would come out negative.
    const bool fits = value->is_number_integer() &&
                      !(value->is_number_unsigned() &&
                        value->get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()));
    const int64_t number = fits ? value->get<int64_t>() : 0;
    if (fits && number >= least && number <= most) return number;
    refuse(name);
    return 0;
}

std::optional<int64_t> Fields::optionalInteger(const char* name, int64_t least, int64_t most) {
    if (!has(name)) return std::nullopt;
    return integer(name, least, most);
}

uint32_t Fields::unsigned32(const char* name, uint32_t least) {
    return static_cast<uint32_t>(integer(name, least, std::numeric_limits<uint32_t>::max()));
}

int Fields::coordinate(const char* name) {
    return static_cast<int>(integer(name, -mostCoordinatePx, mostCoordinatePx));
}

bool Fields::boolean(const char* name) {
    const nlohmann::json* value = find(name);
    if (value && value->is_boolean()) return value->get<bool>();
    refuse(name);
    return false;
}

std::string Fields::string(const char* name) {
    const nlohmann::json* value = find(name);
    if (value && value->is_string()) return value->get<std::string>();
    refuse(name);
    return {};
}

std::string Fields::lowerHex(const char* name, size_t digits) {
    std::string text = string(name);
    if (isLowerHex(text, digits)) return text;
    refuse(name);
    return {};
}

std::optional<std::string> Fields::optionalLowerHex(const char* name, size_t digits) {
    if (!has(name)) return std::nullopt;
    return lowerHex(name, digits);
}

std::vector<std::string> Fields::strings(const char* name, size_t least, size_t most) {
    const nlohmann::json* value = find(name);
    const bool isList = value && value->is_array() && value->size() >= least && value->size() <= most;
    if (!isList || !std::all_of(value->begin(), value->end(), [](const auto& one) { return one.is_string(); })) {
        refuse(name);
        return {};
    }
    return value->get<std::vector<std::string>>();
}

void Fields::objects(const char* name, size_t least, size_t most, const std::function<void(Fields&)>& read) {
    const nlohmann::json* value = find(name);
    if (!value || !value->is_array() || value->size() < least || value->size() > most) return refuse(name);
    for (const nlohmann::json& one : *value) {
        Fields inner(one);
        read(inner);
        if (!inner.problem().empty()) return refuse(name);
    }
}

size_t Fields::oneOf(const char* name, std::initializer_list<const char*> names) {
    const std::string text = string(name);
    size_t position = 0;
    for (const char* candidate : names) {
        if (text == candidate) return position;
        ++position;
    }
    refuse(name);
    return 0;
}

Rect Fields::rect(const char* name) {
    const nlohmann::json* value = find(name);
    if (!value) return {};
    Fields inner(*value);
    const int x = inner.coordinate("x"), y = inner.coordinate("y");
    const auto width = static_cast<int>(inner.integer("width", 0, mostCoordinatePx));
    const auto height = static_cast<int>(inner.integer("height", 0, mostCoordinatePx));
    if (!inner.problem().empty()) refuse(name);
    return {x, y, width, height};
}

std::optional<Rect> Fields::optionalSize(const char* name) {
    if (!has(name)) return std::nullopt;
    const nlohmann::json* value = find(name);
    if (!value) return std::nullopt;
    Fields inner(*value);
    const auto width = static_cast<int>(inner.integer("width", 0, mostCoordinatePx));
    const auto height = static_cast<int>(inner.integer("height", 0, mostCoordinatePx));
    if (!inner.problem().empty()) refuse(name);
    return Rect{0, 0, width, height};
}

std::string Fields::problem() const {
    if (!problem_.empty()) return problem_;
    return taken_ == object_.size() ? std::string() : "unknown field";
}

}  // namespace xpane
