import { ApiExtraModels, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { PriceModel } from '@tollkeeper/rating';
import { IsInt, IsNotEmpty, IsObject, IsOptional, IsString, MaxLength, Min } from 'class-validator';
import { PageRequest } from '../../platform/http/paging.js';
import type { PriceView } from '../prices.service.js';
import { PRICE_MODEL_SCHEMA, PRICE_MODEL_SCHEMAS } from './price-model.dto.js';

/** A price as one of our models, or as the reference writes it. */
@ApiExtraModels(...PRICE_MODEL_SCHEMAS)
export class PriceRuleRequest {
  @ApiPropertyOptional({ ...PRICE_MODEL_SCHEMA, description: 'How units become money; or else price or priceGenerator. Decimals as text, or as numbers with up to 15 digits' })
  @IsOptional()
  @IsObject()
  model?: Record<string, unknown>;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'A price tree in the form of the reference API: leaves with tiers (startAfterUnit, batchSize, pricePerBatch), matrices and reducers. Translated to a model',
    example: { type: 'LeafNode', tiers: [{ startAfterUnit: 0, batchSize: 1, pricePerBatch: 0.12 }, { startAfterUnit: 100, batchSize: 1, pricePerBatch: 0.09 }], allowPartialBatch: true },
  })
  @IsOptional()
  @IsObject()
  price?: Record<string, unknown>;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'A price generator in the form of the reference API, named by type. Translated to a model', example: { type: 'flat_rate', flatRate: 50 } })
  @IsOptional()
  @IsObject()
  priceGenerator?: Record<string, unknown>;
}

export class CreatePriceRequest extends PriceRuleRequest {
  @ApiProperty({ description: 'The product item it is a price of' })
  @IsString()
  @IsNotEmpty()
  productItemId!: string;

  @ApiProperty({ example: 'API calls, 2027' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  priceName!: string;

  @ApiProperty({ example: 'USD', description: 'ISO 4217' })
  @IsString()
  currency!: string;
}

export class CreatePriceVersionRequest extends PriceRuleRequest {
  @ApiPropertyOptional({ type: Number, nullable: true, example: 1767225600000, description: 'Epoch milliseconds; default: now. In force from the start of the day, in the account’s zone, that holds it' })
  @IsOptional()
  @IsInt()
  @Min(0)
  effectiveFromTimeInMillis?: number | null;
}

export class PriceListRequest extends PageRequest {
  @ApiPropertyOptional({ description: 'Only prices of this item' })
  @IsOptional()
  @IsString()
  productItemId?: string;
}

export class PriceVersionResponse {
  @ApiProperty({ example: 1 })
  version!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Epoch milliseconds, up to the next version; null: from the beginning' })
  effectiveFromTimeInMillis!: number | null;

  @ApiProperty(PRICE_MODEL_SCHEMA)
  model!: PriceModel;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;
}

export class PriceResponse {
  @ApiProperty({ example: 'price_1m4c9ibg0q1f3v5n7k8d2e6h4j' })
  id!: string;

  @ApiProperty()
  productItemId!: string;

  @ApiProperty()
  priceName!: string;

  @ApiProperty({ example: 'USD' })
  currency!: string;

  @ApiProperty({ ...PRICE_MODEL_SCHEMA, description: 'Of the first version' })
  model!: PriceModel;

  @ApiProperty({ type: [PriceVersionResponse], description: 'By the time they take effect' })
  versions!: PriceVersionResponse[];

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;
}

export function priceResponse({ price, versions }: PriceView): PriceResponse {
  const { id, productItemId, priceName, currency, createTime } = price;
  return {
    ...{ id, productItemId, priceName, currency, createTime },
    model: versions[0]!.model,
    versions: versions.map(({ version, effectiveFromInMillis, model, createTime: time }) => ({
      version,
      effectiveFromTimeInMillis: effectiveFromInMillis === 0 ? null : effectiveFromInMillis,
      model,
      createTime: time,
    })),
  };
}
