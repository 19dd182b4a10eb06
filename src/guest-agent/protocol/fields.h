// Reads a JSON object field by field. The first field that is missing, of another type or out of range is
// remembered, and all reads after it give zero: so a message is read straight through and asked once, at the end.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "protocol/commands.h"

namespace xpane {

class Fields {
public:
    explicit Fields(const nlohmann::json& object);

    // There is such a field, and all before was as asked for.
    bool has(const char* name) const;
    int64_t integer(const char* name, int64_t least, int64_t most);
    uint32_t unsigned32(const char* name, uint32_t least = 0);
    int coordinate(const char* name);
    // Nothing if there is no such field.
    std::optional<int64_t> optionalInteger(const char* name, int64_t least, int64_t most);
    bool boolean(const char* name);
    std::string string(const char* name);
    std::string lowerHex(const char* name, size_t digits);
    // Nothing if there is no such field.
    std::optional<std::string> optionalLowerHex(const char* name, size_t digits);
    // A list of texts, `least` to `most` of them.
    std::vector<std::string> strings(const char* name, size_t least, size_t most);
    // A list of objects, `least` to `most` of them, each read straight through by `read`.
    void objects(const char* name, size_t least, size_t most, const std::function<void(Fields&)>& read);
    // Position of the text among `names`.
    size_t oneOf(const char* name, std::initializer_list<const char*> names);
    Rect rect(const char* name);
    // Width and height, at 0, 0. Nothing if there is no such field.
    std::optional<Rect> optionalSize(const char* name);
    void refuse(const char* name);

    // Empty if every field was as asked for and there is none that was not; else what is wrong, without any value.
    std::string problem() const;

private:
    const nlohmann::json* find(const char* name);

    const nlohmann::json& object_;
    size_t taken_ = 0;
    std::string problem_;
};

}  // namespace xpane
