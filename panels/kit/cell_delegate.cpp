// How a cell is painted: one baseline per row, whatever its font.
#include <QHeaderView>
#include <QPainter>

#include "panels/kit/controls.h"
#include "panels/kit/icons.h"
#include "panels/kit/table.h"

namespace panels::kit {

int row_baseline(const QRect& rect) {
  const QFontMetrics m(theme().font(Type::Body));
  return rect.top() + (rect.height() - m.capHeight()) / 2 + m.capHeight() + (rect.height() % 2 ? 1 : 0);
}

int paint_text(QPainter& painter, const QRect& rect, const QString& text, Type type, const QColor& color, Qt::Alignment align) {
  painter.setFont(theme().font(type));
  painter.setPen(color);
  const QFontMetrics m = painter.fontMetrics();
  const int full = m.horizontalAdvance(text);
  // Paths and addresses (mono) end in what matters most: the line, the port.
  const Qt::TextElideMode where = type >= Type::Mono ? Qt::ElideMiddle : Qt::ElideRight;
  const QString shown = full > rect.width() ? m.elidedText(text, where, rect.width()) : text;
  const int width = full > rect.width() ? m.horizontalAdvance(shown) : full;
  int x = rect.left();
  if (align & Qt::AlignRight) x = rect.right() + 1 - width;
  if (align & Qt::AlignHCenter) x = rect.left() + (rect.width() - width) / 2;
  painter.drawText(x, row_baseline(rect), shown);
  return width;
}

void paint_spark(QPainter& painter, const std::vector<float>& values, const QRect& rect, const QColor& color) {
  if (values.size() < 2 || rect.width() < 8) return;
  float high = *std::max_element(values.begin(), values.end());
  if (high <= 0) high = 1;
  painter.save();
  const double step = double(rect.width() - 1) / double(values.size() - 1);
  QPolygonF line;
  for (std::size_t i = 0; i < values.size(); ++i)
    line << QPointF(rect.left() + 0.5 + double(i) * step, rect.bottom() + 0.5 - double(values[i] / high) * (rect.height() - 4));
  QPolygonF area = line;
  area << QPointF(rect.right() + 0.5, rect.bottom() + 1) << QPointF(rect.left() + 0.5, rect.bottom() + 1);
  QColor fill = color;
  fill.setAlphaF(0.22F);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(fill);
  painter.drawPolygon(area);
  painter.setPen(QPen(color, 1));
  painter.setBrush(Qt::NoBrush);
  painter.drawPolyline(line);
  painter.restore();
}

CellDelegate::CellDelegate(QObject* parent) : QStyledItemDelegate(parent) {}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const { return {40, size::kRow}; }

QRect CellDelegate::tag_rect(const Cell& cell, const QRect& rect, int tag) {
  int x = rect.left() + size::kCellPadding;
  for (int i = 0; i < int(cell.tags.size()); ++i) {
    const int w = Tag::width_of(cell.tags[std::size_t(i)]);
    const int h = cell.tags[std::size_t(i)].tinted ? 22 : size::kTag;
    if (i == tag) return {x, rect.top() + (rect.height() - h) / 2, w, h};
    x += w + gap::kS;
  }
  return {};
}

void CellDelegate::paint_cell(QPainter& painter, const Cell& cell, const QRect& rect, Qt::Alignment align, bool selected) {
  QRect inner = rect.adjusted(size::kCellPadding, 0, -size::kCellPadding, 0);
  Token token = cell.token;
  if (selected && token == Token::Tx3) token = Token::Tx2;
  const QColor color = theme().color(token);
  auto icon_first = [&] {
    if (cell.icon.isEmpty()) return;
    paint_icon(painter, cell.icon, theme().color(cell.icon_token), QRectF(inner.left(), inner.top() + (inner.height() - 16) / 2, 16, 16));
    inner.setLeft(inner.left() + 16 + gap::kS);
  };
  switch (cell.kind) {
    case Cell::Kind::Text:
    case Cell::Kind::Mono:
    case Cell::Kind::Number: {
      if (cell.square.isValid()) {
        painter.fillRect(QRect(inner.left(), inner.top() + (inner.height() - 8) / 2, 8, 8), cell.square);
        inner.setLeft(inner.left() + 8 + gap::kM);
      }
      icon_first();
      Type type = cell.kind == Cell::Kind::Text ? (cell.strong ? Type::Medium : Type::Body)
                                                : (cell.strong ? Type::MonoStrong : Type::Mono);
      const int used = paint_text(painter, inner, cell.text, type, color, align);
      int x = inner.left() + used;
      if (cell.struck) {
        const int y = row_baseline(rect) - 4;
        const int from = align & Qt::AlignRight ? inner.right() + 1 - used : inner.left();
        painter.fillRect(QRect(from, y, used, 1), color);
      }
      if (!cell.note.isEmpty() && !(align & Qt::AlignRight)) {
        const Token note = selected && cell.note_token == Token::Tx3 ? Token::Tx2 : cell.note_token;
        x += gap::kM;
        x += paint_text(painter, QRect(x, inner.top(), inner.right() + 1 - x, inner.height()), cell.note, Type::Caption, theme().color(note));
      }
      for (const TagSpec& tag : cell.tags) {
        x += gap::kM;
        const int w = Tag::width_of(tag);
        if (x + w > inner.right() + 1) break;
        Tag::paint(painter, tag, QRect(x, inner.top() + (inner.height() - 18) / 2, w, 18), selected);
        x += w;
      }
      break;
    }
    case Cell::Kind::Tags: {
      const int room = inner.right() + 1;
      int x = inner.left();
      for (std::size_t i = 0; i < cell.tags.size(); ++i) {
        const TagSpec& tag = cell.tags[i];
        const int w = Tag::width_of(tag);
        const int rest = int(cell.tags.size() - i) - 1;
        const QString more = QStringLiteral("+%1").arg(rest + 1);
        const int more_width = QFontMetrics(theme().font(Type::Caption)).horizontalAdvance(more) + gap::kXs;
        const bool last_fits = rest == 0 ? x + w <= room : x + w + gap::kS + more_width <= room;
        if (!last_fits) {
          paint_text(painter, QRect(x, inner.top(), room - x, inner.height()), more, Type::Caption, theme().color(Token::Tx2));
          break;
        }
        if (tag.text.startsWith(QLatin1Char('+')) && !tag.tinted) {
          paint_text(painter, QRect(x, inner.top(), w, inner.height()), tag.text, Type::Caption, theme().color(Token::Tx2));
        } else {
          const int h = tag.tinted ? 22 : size::kTag;
          Tag::paint(painter, tag, QRect(x, inner.top() + (inner.height() - h) / 2, w, h), selected);
        }
        x += w + gap::kS;
      }
      break;
    }
    case Cell::Kind::Spark:
      paint_spark(painter, cell.spark, QRect(inner.left(), inner.top() + (inner.height() - 18) / 2, std::min(inner.width(), 80), 18),
                  theme().color(Token::Tx3));
      break;
    case Cell::Kind::Bar: {
      const int number = QFontMetrics(theme().font(Type::Mono)).horizontalAdvance(QStringLiteral("100.0 %")) + gap::kM;
      const QRect bar(inner.left(), inner.top() + inner.height() / 2 - 3, std::max(0, inner.width() - number), 6);
      painter.fillRect(bar, theme().color(Token::Bg3));
      painter.fillRect(QRect(bar.left(), bar.top(), int(bar.width() * std::clamp(cell.share, 0.0, 1.0)), bar.height()), color);
      paint_text(painter, inner, cell.text, Type::Mono, theme().color(Token::Tx), Qt::AlignRight);
      break;
    }
    case Cell::Kind::Icon: {
      if (cell.icon.isEmpty()) break;
      const int x = align & Qt::AlignRight     ? inner.right() + 1 - 16
                    : align & Qt::AlignHCenter ? inner.left() + (inner.width() - 16) / 2
                                               : inner.left();
      paint_icon(painter, cell.icon, theme().color(cell.icon_token), QRectF(x, inner.top() + (inner.height() - 16) / 2, 16, 16));
      break;
    }
    case Cell::Kind::Square:
      painter.fillRect(QRect(inner.left(), inner.top() + (inner.height() - 8) / 2, 8, 8), cell.square);
      break;
    case Cell::Kind::Layer: {
      const int cx = rect.left() + rect.width() / 2, cy = rect.top() + rect.height() / 2;
      const QColor track = theme().color(selected ? Token::LineS : Token::Line);
      if (cell.join_left) painter.fillRect(QRect(rect.left(), cy, cx - 5 - rect.left(), 1), track);
      if (cell.join_right) painter.fillRect(QRect(cx + 5, cy, rect.right() + 1 - cx - 5, 1), track);
      if (cell.layer_state == 0) {
        if (cell.join_left && cell.join_right) {
          painter.fillRect(QRect(cx - 5, cy, 10, 1), track);
        } else {
          painter.fillRect(QRect(cx - 1, cy - 1, 2, 2), theme().color(selected ? Token::Tx2 : Token::LineS));
        }
      } else {
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        const QRectF box(cx - 4.5, cy - 4.5, 9, 9);
        painter.setPen(QPen(theme().color(cell.layer_state == 2 ? Token::Acc : Token::Tx2), 1));
        painter.setBrush(cell.layer_state == 2 ? QBrush(theme().color(Token::Acc)) : QBrush(theme().color(selected ? Token::Sel : Token::Bg1)));
        painter.drawRoundedRect(box, 2, 2);
        painter.restore();
      }
      break;
    }
    case Cell::Kind::Toggle:
      Toggle::paint(painter, QRect(inner.left(), inner.top() + (inner.height() - 14) / 2, 26, 14), cell.on);
      break;
    case Cell::Kind::Custom:
      if (cell.paint) cell.paint(painter, inner, selected);
      break;
  }
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const bool selected = option.state & QStyle::State_Selected;
  const bool hovered = option.state & QStyle::State_MouseOver;
  const QColor tint = index.data(kRowTintRole).value<QColor>();
  painter->save();
  if (selected)
    painter->fillRect(option.rect, theme().color(Token::Sel));
  else if (tint.isValid())
    painter->fillRect(option.rect, tint);
  else if (hovered)
    painter->fillRect(option.rect, theme().color(Token::Bg2));
  const auto* view = qobject_cast<const QTableView*>(option.widget);
  const int row_height = view ? view->verticalHeader()->defaultSectionSize() : option.rect.height();
  if (row_height >= size::kRow && !selected)
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                      theme().color(theme().dark() ? Token::Bg2 : Token::Bg3));
  const bool edge = view && view->horizontalHeader()->visualIndex(index.column()) == 0;
  QRect rect = option.rect.adjusted(edge ? size::kRowPadding : 0, 0, 0, 0);
  if (rect.height() > row_height) rect.setHeight(row_height);  // a row that was given room for something below its cells
  painter->setClipRect(option.rect);
  const Cell c = index.data(kCellRole).value<Cell>();
  paint_cell(*painter, c, rect, Qt::Alignment(index.data(Qt::TextAlignmentRole).toInt()), selected);
  if (selected && view && view->hasFocus()) {
    if (edge) painter->fillRect(QRect(option.rect.left(), option.rect.top(), 2, option.rect.height()), theme().color(Token::Acc));
  }
  painter->restore();
}

}  // namespace panels::kit
