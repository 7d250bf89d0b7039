// The model half of tables: cells and rows that are told apart by keys.
#include "panels/kit/table.h"

namespace panels::kit {
namespace {

QString cell_text(const Cell& c) {
  if (c.kind == Cell::Kind::Tags || (c.text.isEmpty() && !c.tags.empty())) {
    QStringList parts;
    for (const TagSpec& t : c.tags) parts << (t.struck ? QStringLiteral("(%1)").arg(t.text) : t.text);
    return parts.join(QStringLiteral(", "));
  }
  if (c.kind == Cell::Kind::Toggle) return c.on ? QStringLiteral("on") : QStringLiteral("off");
  if (c.kind == Cell::Kind::Spark) {
    QStringList parts;
    for (float v : c.spark) parts << QString::number(double(v), 'g', 4);
    return parts.join(QLatin1Char(' '));
  }
  if (c.kind == Cell::Kind::Layer)
    return c.layer_state == 2 ? QStringLiteral("wins") : c.layer_state == 1 ? QStringLiteral("overlaid") : QString();
  return c.note.isEmpty() ? c.text : c.text + QLatin1Char(' ') + c.note;
}

}  // namespace

Cell Cell::plain(QString text, Token token) {
  Cell c;
  c.text = std::move(text), c.token = token;
  return c;
}
Cell Cell::mono(QString text, Token token) {
  Cell c = plain(std::move(text), token);
  c.kind = Kind::Mono;
  return c;
}
Cell Cell::number(QString text, QVariant sort, Token token) {
  Cell c = plain(std::move(text), token);
  c.kind = Kind::Number, c.sort = std::move(sort);
  return c;
}
Cell Cell::of_tags(std::vector<TagSpec> tags) {
  Cell c;
  c.kind = Kind::Tags, c.tags = std::move(tags);
  return c;
}
Cell Cell::of_spark(std::vector<float> values) {
  Cell c;
  c.kind = Kind::Spark, c.spark = std::move(values);
  return c;
}

// ---------------------------------------------------------------- model

TableModel::TableModel(std::vector<Column> columns, QObject* parent) : QAbstractTableModel(parent), columns_(std::move(columns)) {}

int TableModel::row_of(const QString& key) const {
  for (std::size_t i = 0; i < keys_.size(); ++i)
    if (keys_[i] == key) return int(i);
  return -1;
}

int TableModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(keys_.size()); }
int TableModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(columns_.size()); }

QVariant TableModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole: return cell_text(cell(source_[std::size_t(index.row())], index.column()));
    case Qt::ToolTipRole: {
      const Cell c = cell(source_[std::size_t(index.row())], index.column());
      return c.tooltip.isEmpty() ? QVariant() : QVariant(c.tooltip);
    }
    case Qt::TextAlignmentRole: return int(columns_[std::size_t(index.column())].align | Qt::AlignVCenter);
    case kCellRole: return QVariant::fromValue(cell(source_[std::size_t(index.row())], index.column()));
    case kKeyRole: return keys_[std::size_t(index.row())];
    case kRowTintRole: return row_tint(source_[std::size_t(index.row())]);
    default: return {};
  }
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= int(columns_.size())) return {};
  const Column& c = columns_[std::size_t(section)];
  if (role == Qt::DisplayRole) return c.title;
  if (role == Qt::TextAlignmentRole) return int(c.align | Qt::AlignVCenter);
  if (role == Qt::ToolTipRole && !c.tooltip.isEmpty()) return c.tooltip;
  return {};
}

void TableModel::say_changed(const std::function<bool(std::size_t)>& changed) {
  for (std::size_t from = 0; from < keys_.size(); ++from) {
    if (!changed(from)) continue;
    std::size_t to = from;
    while (to + 1 < keys_.size() && changed(to + 1)) ++to;
    Q_EMIT dataChanged(index(int(from), 0), index(int(to), int(columns_.size()) - 1));
    from = to;
  }
}

void TableModel::replace_rows(std::vector<QString> keys, const std::function<void()>& swap, const std::function<bool(std::size_t)>& changed) {
  std::size_t head = 0, tail = 0;
  const std::size_t shorter = std::min(keys.size(), keys_.size());
  while (head < shorter && keys[head] == keys_[head]) ++head;
  while (tail < shorter - head && keys[keys.size() - 1 - tail] == keys_[keys_.size() - 1 - tail]) ++tail;
  const std::size_t removed = keys_.size() - head - tail, added = keys.size() - head - tail;
  std::vector<bool> touched(head + tail, true);  // of the rows that stay
  if (changed)
    for (std::size_t i = 0; i < touched.size(); ++i) touched[i] = changed(i < head ? i : i + added);
  // Three legal steps: rows go while the old data stands, the rows that stay take the new data, rows come. `source_` says
  // which row of the data each row of the model shows in between.
  if (removed > 0) {
    beginRemoveRows({}, int(head), int(head + removed) - 1);
    keys_.erase(keys_.begin() + long(head), keys_.begin() + long(head + removed));
    source_.erase(source_.begin() + long(head), source_.begin() + long(head + removed));
    endRemoveRows();
  }
  swap();
  for (std::size_t i = 0; i < tail; ++i) source_[head + i] = int(head + added + i);
  say_changed([&](std::size_t i) { return bool(touched[i]); });
  if (added > 0) {
    beginInsertRows({}, int(head), int(head + added) - 1);
    keys_ = std::move(keys);
    source_.resize(keys_.size());
    for (std::size_t i = 0; i < source_.size(); ++i) source_[i] = int(i);
    endInsertRows();
  }
}

}  // namespace panels::kit
