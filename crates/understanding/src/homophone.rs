//! Characters that sound alike, as people mishear and mistype the names of places.

use std::collections::HashMap;
use std::sync::OnceLock;

/// Each line: characters that stand for one another in names. The first represents them.
const ALIKE: &str = "青清轻倾卿氢情晴 和禾河荷合何核 云芸匀耘 溪西夕希曦熙惜昔析息 东冬栋 塘堂棠唐糖 园圆元源原缘 苑院远愿 新心欣鑫馨辛 \
星兴杏幸 华花桦画 景静镜境锦 金津今巾 林琳临霖邻麟 路陆鹿露 泾经京惊晶 浦铺圃普 夏厦下 阳杨洋扬羊 盈营莹迎赢 香乡相湘 桥乔侨 \
朱珠竹猪诸 家佳嘉加 角脚 练炼恋 泽则择 赵照兆 巷项 徐许旭 重崇虫 固故顾古谷 白百柏 鹤贺赫 章张彰漳 堰雁燕艳 湾弯万 蒋江姜将 浜邦 \
港岗刚 村春 学雪 府福富复附 城成诚程承澄 明民名鸣 丽莉立力利历 安庵岸 平坪萍屏苹 长常昌 胜盛圣 丰风枫峰锋凤封 水睡 高皋 龙隆珑 \
虹红洪鸿宏弘 柳留流刘 叶业页夜 建健见 南兰岚蓝 北贝 庄装妆 宅泽 翠脆 雅亚 湖胡瑚 望旺王汪 天田甜 海孩 景井 时石实十 世市士仕事 \
万湾 文闻纹 秀绣修 俞余渔鱼玉于 渡度杜 永泳咏 惠会慧汇 泰太 悦月乐越 朗郎 荣容蓉融 思四丝 公工功宫 观关官 双霜 桂贵柜 梅眉 \
芳方坊 汀亭庭厅 墅树述 岭领 宝保堡 同桐童 沙砂纱 渚主 淀殿 蔡菜彩 沈申深 陈晨辰 吴无梧 钱前乾 孙荪 周舟洲州 李里理 方芳 \
裕誉育 晓小 桃陶 庙妙 鼎顶 茂貌 创窗 凌陵菱 淞松 崧嵩 蒲葡 漕曹 汤堂 苏素 嵘荣";

/// The representative of a character's sound.
pub(crate) fn sound(c: char) -> char {
    static TABLE: OnceLock<HashMap<char, char>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut table = HashMap::new();
        for line in ALIKE.split_whitespace() {
            let mut chars = line.chars();
            let Some(first) = chars.next() else { continue };
            let head = table.get(&first).copied().unwrap_or(first);
            for c in std::iter::once(first).chain(chars) {
                table.entry(c).or_insert(head);
            }
        }
        table
    });
    table.get(&c).copied().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alike_characters_share_a_sound() {
        assert_eq!(sound('清'), sound('青'));
        assert_eq!(sound('荷'), sound('禾'));
        assert_ne!(sound('东'), sound('西'));
    }
}
