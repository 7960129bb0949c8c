import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import type { ProductItem } from '../product-item.entity.js';

export class CreateProductItemRequest {
  @ApiProperty({ example: 'API calls', description: 'What the invoice line is called' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  productItemName!: string;

  @ApiProperty({ example: 'api_calls', description: 'The meter whose units are sold' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(256)
  meterApiName!: string;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'For your own use' })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  description?: string | null;
}

export class ProductItemResponse {
  @ApiProperty({ example: 'item_1m4c9ibg0q1f3v5n7k8d2e6h4j' })
  id!: string;

  @ApiProperty()
  productItemName!: string;

  @ApiProperty()
  meterApiName!: string;

  @ApiProperty({ type: String, nullable: true })
  description!: string | null;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export function productItemResponse({ id, productItemName, meterApiName, description, createTime, updateTime }: ProductItem): ProductItemResponse {
  return { id, productItemName, meterApiName, description: description ?? null, createTime, updateTime };
}
