#include "panels/config/config_model.h"

#include <QPainter>
#include <algorithm>

namespace panels::config {

using kit::Cell;
using kit::Token;
using workbench::host::ConfigRow;

namespace {
QString q(const std::string& s) { return QString::fromStdString(s); }
bool is_file(const std::string& layer) { return layer.find('/') != std::string::npos || layer.find(".yaml") != std::string::npos || layer.find(".toml") != std::string::npos || layer.find(".json") != std::string::npos || layer.ends_with(".ini") || layer.ends_with(".properties"); }
QString tr(const char* text) { return QCoreApplication::translate("Config", text); }

std::vector<kit::Column> columns_of(const std::vector<LayerColumn>& layers) {
  std::vector<kit::Column> c{{tr("Key"), 244}, {tr("Effective value"), 0}, {tr("From"), 92}};
  for (const auto& l : layers) c.push_back({l.title, 64, Qt::AlignHCenter});
  c.push_back({tr("Read by"), 148});
  c.push_back({tr("Applies"), 92});
  return c;
}
}  // namespace

QString layer_word(const std::string& layer, bool remote) {
  if (remote) return tr("remote");
  if (layer == "defaults") return tr("default");
  if (is_file(layer)) return tr("files");
  if (layer.ends_with(".env")) return tr("env");
  if (layer == "command line") return tr("cmd line");
  if (layer == "overrides") return tr("override");
  return q(layer);
}

QString value_text(const ConfigRow& row) { return q(row.text) + (row.secret ? QString() : q(row.unit)); }

std::vector<LayerColumn> layer_columns(const std::vector<std::string>& layers, const std::vector<std::string>& remote) {
  std::vector<LayerColumn> columns;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const QString title = layer_word(layers[i], std::find(remote.begin(), remote.end(), layers[i]) != remote.end());
    if (!columns.empty() && columns.back().title == title)
      columns.back().layers.push_back(i);
    else
      columns.push_back({title, {i}});
  }
  return columns;
}

namespace {

// What the words of a filter are looked for in: key, value (unless secret) and readers, in folded case.
QString searched_text(const ConfigRow& row) {
  std::string all = row.key;
  if (!row.secret) all += '\n' + row.text;
  for (const auto& reader : row.readers) all += '\n' + reader;
  return q(all).toCaseFolded();
}

bool shows(const ConfigRow& row, Show show, const std::map<QString, QString>& draft) {
  switch (show) {
    case Show::All: return true;
    case Show::SetByMe: return row.layer != "defaults";
    case Show::Differs: {
      if (row.cells.empty() || row.layer == "defaults") return false;
      const auto& base = row.cells.front();
      return !base.present || base.text != row.text;
    }
    case Show::NeedsRestart: return !row.live;
    case Show::InDraft: return draft.count(q(row.key)) > 0;
  }
  return true;
}

bool has_all(const QString& text, const QStringList& words) {
  return std::all_of(words.begin(), words.end(), [&](const QString& word) { return text.contains(word); });
}

}  // namespace

ConfigModel::ConfigModel(std::vector<LayerColumn> layers, QObject* parent) : TableModel(columns_of(layers), parent), layers_(std::move(layers)) {}

void ConfigModel::set(const workbench::host::ConfigTable& table, const QString& filter, Show show, const std::map<QString, QString>& draft) {
  const bool same_choice = filter == filter_ && show == show_ && draft == draft_;
  if (same_choice && table.rows == all_) return;

  // Both tables are sorted by key: walked side by side.
  std::vector<QString> all_keys, all_texts, keys;
  std::vector<bool> kept, changed;
  std::vector<workbench::host::ConfigRows::Shared> rows;
  all_keys.reserve(table.rows.size()), all_texts.reserve(table.rows.size()), kept.reserve(table.rows.size());
  const QStringList words = filter.toCaseFolded().split(QLatin1Char(' '), Qt::SkipEmptyParts);
  std::size_t old = 0;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto& row = table.rows.shared(i);
    while (old < all_.size() && all_.shared(old) != row && all_[old].key < row->key) ++old;
    const bool known = old < all_.size() && all_.shared(old) == row;
    all_keys.push_back(known ? all_keys_[old] : q(row->key));
    all_texts.push_back(known ? all_texts_[old] : searched_text(*row));
    kept.push_back(known && same_choice ? bool(kept_[old]) : has_all(all_texts.back(), words) && shows(*row, show, draft));
    if (!kept.back()) continue;
    keys.push_back(all_keys.back());
    rows.push_back(row);
    changed.push_back(!known || (!same_choice && (draft.count(keys.back()) || draft_.count(keys.back()))));
  }
  replace_rows(
      std::move(keys),
      [&] {
        rows_ = std::move(rows), draft_ = draft;
        all_ = table.rows, all_keys_ = std::move(all_keys), all_texts_ = std::move(all_texts), kept_ = std::move(kept), filter_ = filter, show_ = show;
      },
      [&](std::size_t i) { return bool(changed[i]); });
}

const ConfigRow* ConfigModel::find(const QString& key) const {
  const int row = row_of(key);
  return row < 0 ? nullptr : &at(row);
}

void ConfigModel::flash(const QString& key, std::int64_t applied_ns) {
  const QString before = std::exchange(flashed_, key);
  flashed_ns_ = applied_ns;
  say_changed([&](std::size_t i) { return this->key(int(i)) == key || this->key(int(i)) == before; });
}

Qt::ItemFlags ConfigModel::flags(const QModelIndex& index) const {
  const auto base = TableModel::flags(index);
  return index.isValid() && index.column() == Value ? base | Qt::ItemIsEditable : base;
}

Cell ConfigModel::cell(int row, int column) const {
  const ConfigRow& r = at(row);
  const QString key = q(r.key);
  const bool flashed = key == flashed_;
  const auto layers = int(layers_.size());
  if (column == Key) {
    Cell c;
    c.kind = Cell::Kind::Custom;
    c.text = key;
    c.tooltip = r.doc.empty() ? key : key + QLatin1Char('\n') + q(r.doc);
    // The last part is what one looks for; the path to it stands back.
    c.paint = [key, known = r.known](QPainter& p, const QRect& rect, bool selected) {
      const auto dot = key.lastIndexOf(QLatin1Char('.')) + 1;
      const QString path = key.left(dot);
      int x = rect.left();
      x += kit::paint_text(p, rect, path, kit::Type::Mono, kit::theme().color(selected ? Token::Tx2 : Token::Tx3));
      kit::paint_text(p, QRect(x, rect.top(), rect.right() + 1 - x, rect.height()), key.mid(dot), kit::Type::Mono,
                      kit::theme().color(known ? Token::Tx : Token::Warn));
    };
    return c;
  }
  if (column == Value) {
    Cell c = Cell::mono(value_text(r));
    if (!r.secret) c.tooltip = c.text;
    if (auto drafted = draft_.find(key); drafted != draft_.end()) {
      c.struck = true, c.token = Token::Tx2;
      c.tags = {{QStringLiteral("→ ") + drafted->second + q(r.unit), Token::Warn, {}, true, false, false}};
      return c;
    }
    for (const auto& cell : r.cells)
      if (cell.wins && cell.raw.find("${") != std::string::npos && !r.secret) c.tags = {{tr("template"), Token::Tx2, {}, false, false, false}};
    if (r.secret) c.tags = {{tr("secret"), Token::Tx2, QStringLiteral("eye-off"), false, false, false}};
    if (flashed)
      c.tags = {{tr("applied %1 ms").arg(double(flashed_ns_) / 1e6, 0, 'f', flashed_ns_ < 10'000'000 && flashed_ns_ % 1'000'000 ? 1 : 0), Token::Ok, QStringLiteral("check"), true, false, false}};
    return c;
  }
  if (column == From) {
    const QString word = layer_word(r.layer, std::any_of(r.cells.begin(), r.cells.end(), [](const auto& c) { return c.wins && c.remote; }));
    Cell c = Cell::plain(word, r.layer == "overrides" ? Token::Acc : r.layer == "defaults" || is_file(r.layer) ? Token::Tx2 : Token::Tx);
    c.tooltip = q(r.layer);
    return c;
  }
  if (column < FirstLayer + layers) {
    const int at = column - FirstLayer;
    auto state = [&](int i) {
      int best = 0;
      for (std::size_t layer : layers_[std::size_t(i)].layers)
        if (layer < r.cells.size() && r.cells[layer].present) best = std::max(best, r.cells[layer].wins ? 2 : 1);
      return best;
    };
    int first = -1, last = -1;
    for (int i = 0; i < layers; ++i)
      if (state(i) > 0) last = i, first = first < 0 ? i : first;
    Cell c;
    c.kind = Cell::Kind::Layer;
    c.layer_state = state(at);
    c.join_left = first >= 0 && at > first && at <= last;
    c.join_right = first >= 0 && at >= first && at < last;
    c.tooltip = c.layer_state == 2 ? tr("%1 wins").arg(layers_[std::size_t(at)].title) : c.layer_state == 1 ? tr("set in %1, overlaid").arg(layers_[std::size_t(at)].title) : QString();
    return c;
  }
  if (column == FirstLayer + layers) {
    std::vector<QString> services;
    for (const auto& reader : r.readers) {
      const QString s = q(reader).section(QLatin1Char(' '), 0, 0);
      if (std::find(services.begin(), services.end(), s) == services.end()) services.push_back(s);
    }
    QStringList words(services.begin(), services.end());
    QStringList all;
    for (const auto& reader : r.readers) all << q(reader);
    Cell c = Cell::plain(services.size() > 2 ? tr("%1 services").arg(services.size()) : words.join(QStringLiteral(", ")), Token::Tx2);
    c.tooltip = all.join(QLatin1Char('\n'));
    if (flashed && !services.empty())
      return Cell::of_tags({{services.size() > 1 ? c.text : services.front(), Token::Ok, {}, true, false, false}, {QStringLiteral("re-read"), Token::Ok, {}, true, false, false}});
    return c;
  }
  Cell c = Cell::plain(r.live ? tr("live") : tr("restart"), Token::Tx2);
  if (!r.live) c.icon = QStringLiteral("restart"), c.tooltip = tr("Its readers take the new value when they are restarted");
  return c;
}

}  // namespace panels::config
